package dev.sluice.natives.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.PanamaLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * The calls into Linux. Confined to one thread: {@code errno} of the last call is kept in it.
 *
 * <p>They are no critical calls: those gain nothing on a system call, and would hold up the JVM's safepoints meanwhile.
 */
public final class LinuxDatagramCalls implements DatagramCalls {
    private static final Set<String> MACHINES = Set.of("amd64", "aarch64");
    private static final int SOCK_DGRAM = 2;
    /** {@code MSG_DONTWAIT}: the sockets do not block either, this says it once more. */
    private static final int DO_NOT_WAIT = 0x40;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO = STATE.byteOffset(StructLayout.PathElement.groupElement("errno"));

    private static final Handles HANDLES;
    private static final String REASON;

    static {
        Handles handles = null;
        String reason = null;
        try {
            handles = load();
        } catch (LibraryUnavailableException e) {
            reason = e.getMessage();
        }
        HANDLES = handles;
        REASON = reason;
    }

    /** The compiler trusts a record's fields as it trusts static finals, and so inlines the calls. */
    private record Handles(MethodHandle receive, MethodHandle send, MethodHandle sendWithErrno) {}

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(STATE);

    private long sendCalls;

    private LinuxDatagramCalls() {}

    /** @throws LibraryUnavailableException with the reason, a clause such as "this is not Linux" */
    public static LinuxDatagramCalls open() throws LibraryUnavailableException {
        if (HANDLES == null) {
            throw new LibraryUnavailableException(REASON);
        }
        return new LinuxDatagramCalls();
    }

    private static Handles load() throws LibraryUnavailableException {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new LibraryUnavailableException("this is not Linux");
        }
        // The layouts of MessageVector are those of 64-bit little-endian systems.
        if (!MACHINES.contains(System.getProperty("os.arch")) || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new LibraryUnavailableException("this is neither x86-64 nor aarch64");
        }
        PanamaLibrary library = PanamaLibrary.standard();
        FunctionDescriptor send = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
        Handles handles = new Handles(
                library.function(
                        "recvmmsg",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG)),
                library.function("sendmmsg", send),
                library.withErrno("sendmmsg", send));
        probe(library, handles);
        return handles;
    }

    /**
     * Tries on a socket of its own what a system may lack or a sandbox refuse. A kernel without UDP_SEGMENT would not
     * refuse a run but send it as one large datagram.
     */
    private static void probe(PanamaLibrary library, Handles handles) throws LibraryUnavailableException {
        MethodHandle socket = library.function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        MethodHandle option = library.function(
                "getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
        MethodHandle close = library.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        boolean segments;
        boolean batches;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment valueBytes = arena.allocate(JAVA_INT);
            valueBytes.set(JAVA_INT, 0, Integer.BYTES);
            int descriptor = (int) socket.invokeExact((int) MessageVector.AF_INET, SOCK_DGRAM, 0);
            segments = 0
                    == (int) option.invokeExact(
                            descriptor,
                            MessageVector.SOL_UDP,
                            MessageVector.UDP_SEGMENT,
                            value.address(),
                            valueBytes.address());
            // No messages: nothing to do, and no error.
            batches = (int) handles.receive.invokeExact(descriptor, 0L, 0, DO_NOT_WAIT, 0L) == 0
                    && (int) handles.send.invokeExact(descriptor, 0L, 0, DO_NOT_WAIT) == 0;
            int ignored = (int) close.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (!segments || !batches) {
            throw new LibraryUnavailableException(
                    segments ? "recvmmsg or sendmmsg is refused" : "the kernel has no UDP_SEGMENT (Linux 4.18)");
        }
    }

    @Override
    public int receive(int descriptor, long messages, int count) {
        try {
            return (int) HANDLES.receive.invokeExact(descriptor, messages, count, DO_NOT_WAIT, 0L);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * The call that tells its error takes a segment, of which the JDK makes a slice, 40 bytes, unless the compiler was in the
     * mood to see through it. So it is made only to ask for the reason, when the plain one was refused and nothing was sent.
     */
    @Override
    public int send(int descriptor, long messages, int count) {
        try {
            sendCalls++;
            int sent = (int) HANDLES.send.invokeExact(descriptor, messages, count, DO_NOT_WAIT);
            if (sent >= 0) {
                return sent;
            }
            sendCalls++;
            sent = (int) HANDLES.sendWithErrno.invokeExact(state, descriptor, messages, count, DO_NOT_WAIT);
            return sent < 0 ? -state.get(JAVA_INT, ERRNO) : sent;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public long sendCalls() {
        return sendCalls;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
