package dev.sluice.signaling;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** Listens where systemd would: a Unix socket for datagrams. Confined to one test. */
final class UnixDatagrams implements AutoCloseable {
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final long TIMEOUT_S = 20;
    private static final int BUFFER_BYTES = 4_096;

    private final Arena arena = Arena.ofConfined();
    private final int descriptor;

    private UnixDatagrams(int descriptor) {
        this.descriptor = descriptor;
    }

    /** @param name a path, or an abstract name that begins with {@code @} */
    static UnixDatagrams bind(String name) throws Throwable {
        int descriptor = (int) function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT))
                .invokeExact((int) AF_UNIX, SOCK_DGRAM, 0);
        UnixDatagrams listener = new UnixDatagrams(descriptor);
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        MemorySegment address = listener.arena.allocate(Short.BYTES + path.length, Long.BYTES);
        address.set(JAVA_SHORT, 0, AF_UNIX);
        MemorySegment.copy(path, 0, address, JAVA_BYTE, Short.BYTES, path.length);
        if (path[0] == '@') {
            address.set(JAVA_BYTE, Short.BYTES, (byte) 0);
        }
        int bound = (int) function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT))
                .invokeExact(descriptor, address, (int) address.byteSize());
        MemorySegment timeout = listener.arena.allocateFrom(JAVA_LONG, TIMEOUT_S, 0L);
        int limited = (int)
                function("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT))
                        .invokeExact(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeout, (int) timeout.byteSize());
        if (descriptor < 0 || bound < 0 || limited < 0) {
            throw new AssertionError("no listener at " + name);
        }
        return listener;
    }

    /** The next datagram's text; waits for it. */
    String next() throws Throwable {
        MemorySegment buffer = arena.allocate(BUFFER_BYTES);
        long lengthBytes =
                (long) function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT))
                        .invokeExact(descriptor, buffer, (long) BUFFER_BYTES, 0);
        if (lengthBytes < 0) {
            throw new AssertionError("nothing came");
        }
        return new String(buffer.asSlice(0, lengthBytes).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    @Override
    public void close() {
        try {
            int ignored = (int)
                    function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT)).invokeExact(descriptor);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        arena.close();
    }
}
