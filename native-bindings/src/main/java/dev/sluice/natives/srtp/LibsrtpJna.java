package dev.sluice.natives.srtp;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import dev.sluice.natives.LibraryUnavailableException;

/**
 * libsrtp2 by JNA's direct mapping: native methods that take addresses as {@code long}, so that a call makes no object
 * (about 110 ns a call; JNA's interface mapping takes 400, with arrays 1,500). Safe for many threads.
 */
final class LibsrtpJna implements Libsrtp {
    private final NativeLibrary library;

    private LibsrtpJna(NativeLibrary library) {
        this.library = library;
    }

    /** @param fileName soname or path */
    static LibsrtpJna load(String fileName) throws LibraryUnavailableException {
        NativeLibrary library;
        try {
            library = NativeLibrary.getInstance(fileName);
        } catch (UnsatisfiedLinkError e) {
            throw new LibraryUnavailableException(fileName + " does not load");
        } catch (LinkageError e) {
            // JNA's own part, which it unpacks to the temporary folder: another system, or a folder without exec.
            throw new LibraryUnavailableException("JNA does not start here");
        }
        try {
            Native.register(Direct.class, library);
        } catch (UnsatisfiedLinkError e) {
            throw new LibraryUnavailableException(fileName + " is not libsrtp2");
        }
        return new LibsrtpJna(library);
    }

    /** Bound by name, so these have C's names. */
    private static final class Direct {
        static native int srtp_get_version();

        static native int srtp_init();

        static native int srtp_create(long session, long policy);

        static native int srtp_dealloc(long session);

        static native int srtp_remove_stream(long session, int ssrc);

        static native int srtp_protect(long session, long packet, long length);

        static native int srtp_unprotect(long session, long packet, long length);

        static native int srtp_protect_rtcp(long session, long packet, long length);

        static native int srtp_unprotect_rtcp(long session, long packet, long length);
    }

    @Override
    public int version() {
        return Direct.srtp_get_version();
    }

    @Override
    public boolean has(String symbol) {
        try {
            return library.getGlobalVariableAddress(symbol) != null;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    @Override
    public int init() {
        return Direct.srtp_init();
    }

    @Override
    public int create(long sessionPointer, long policy) {
        return Direct.srtp_create(sessionPointer, policy);
    }

    @Override
    public int dealloc(long session) {
        return Direct.srtp_dealloc(session);
    }

    @Override
    public int removeStream(long session, int ssrc) {
        return Direct.srtp_remove_stream(session, ssrc);
    }

    @Override
    public int protect(long session, long packet, long lengthPointer) {
        return Direct.srtp_protect(session, packet, lengthPointer);
    }

    @Override
    public int unprotect(long session, long packet, long lengthPointer) {
        return Direct.srtp_unprotect(session, packet, lengthPointer);
    }

    @Override
    public int protectRtcp(long session, long packet, long lengthPointer) {
        return Direct.srtp_protect_rtcp(session, packet, lengthPointer);
    }

    @Override
    public int unprotectRtcp(long session, long packet, long lengthPointer) {
        return Direct.srtp_unprotect_rtcp(session, packet, lengthPointer);
    }
}
