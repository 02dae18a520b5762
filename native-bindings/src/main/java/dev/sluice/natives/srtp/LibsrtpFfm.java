package dev.sluice.natives.srtp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.PanamaLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** libsrtp2 by Panama. Safe for many threads. */
final class LibsrtpFfm implements Libsrtp {
    /** Null when it cannot be used. Static and a record, so that the compiler inlines the calls. */
    private static final Functions LIB;

    private static final String FAILURE;

    static {
        Functions found = null;
        String failure = null;
        try {
            found = Functions.load(LibsrtpProvider.FILE_NAME);
        } catch (LibraryUnavailableException e) {
            failure = e.getMessage();
        }
        LIB = found;
        FAILURE = failure;
    }

    private LibsrtpFfm() {}

    static LibsrtpFfm load() throws LibraryUnavailableException {
        if (LIB == null) {
            throw new LibraryUnavailableException(FAILURE);
        }
        return new LibsrtpFfm();
    }

    /** The handles. The packet calls are critical unless the crypto library below takes locks in them, as NSS does. */
    record Functions(
            PanamaLibrary library,
            MethodHandle version,
            MethodHandle init,
            MethodHandle create,
            MethodHandle dealloc,
            MethodHandle removeStream,
            MethodHandle protect,
            MethodHandle unprotect,
            MethodHandle protectRtcp,
            MethodHandle unprotectRtcp) {

        private static final FunctionDescriptor GETTER = FunctionDescriptor.of(JAVA_INT);
        private static final FunctionDescriptor PACKET =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

        /** @param fileName soname or path */
        static Functions load(String fileName) throws LibraryUnavailableException {
            PanamaLibrary library = PanamaLibrary.open(fileName);
            return new Functions(
                    library,
                    library.function("srtp_get_version", GETTER),
                    library.function("srtp_init", GETTER),
                    library.function("srtp_create", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG)),
                    library.function("srtp_dealloc", FunctionDescriptor.of(JAVA_INT, JAVA_LONG)),
                    library.function("srtp_remove_stream", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT)),
                    packetFunction(library, "srtp_protect"),
                    packetFunction(library, "srtp_unprotect"),
                    packetFunction(library, "srtp_protect_rtcp"),
                    packetFunction(library, "srtp_unprotect_rtcp"));
        }

        private static MethodHandle packetFunction(PanamaLibrary library, String name)
                throws LibraryUnavailableException {
            return LibsrtpProvider.locks(library::has)
                    ? library.function(name, PACKET)
                    : library.critical(name, PACKET);
        }
    }

    @Override
    public int version() {
        try {
            return (int) LIB.version.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public boolean has(String symbol) {
        return LIB.library.has(symbol);
    }

    @Override
    public int init() {
        try {
            return (int) LIB.init.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int create(long sessionPointer, long policy) {
        try {
            return (int) LIB.create.invokeExact(sessionPointer, policy);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int dealloc(long session) {
        try {
            return (int) LIB.dealloc.invokeExact(session);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int removeStream(long session, int ssrc) {
        try {
            return (int) LIB.removeStream.invokeExact(session, ssrc);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int protect(long session, long packet, long lengthPointer) {
        try {
            return (int) LIB.protect.invokeExact(session, packet, lengthPointer);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int unprotect(long session, long packet, long lengthPointer) {
        try {
            return (int) LIB.unprotect.invokeExact(session, packet, lengthPointer);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int protectRtcp(long session, long packet, long lengthPointer) {
        try {
            return (int) LIB.protectRtcp.invokeExact(session, packet, lengthPointer);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int unprotectRtcp(long session, long packet, long lengthPointer) {
        try {
            return (int) LIB.unprotectRtcp.invokeExact(session, packet, lengthPointer);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
