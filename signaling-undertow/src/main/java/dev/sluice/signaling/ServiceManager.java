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
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the service stands (sd_notify(3)), in datagrams to the Unix socket that systemd named. Where nobody named
 * one it does nothing. By libc, because the JDK has Unix sockets for streams only. Safe for many threads.
 *
 * <pre>
 *  struct sockaddr_un (unix(7)); an abstract name begins with a zero byte
 *  0        2
 *  | family | path, at most 108 bytes
 * </pre>
 */
final class ServiceManager {
    /** The environment's name for the socket: a path, or an abstract name with {@code @} for its zero byte. */
    static final String VARIABLE = "NOTIFY_SOCKET";

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 0x8_0002;
    private static final int FAMILY_BYTES = Short.BYTES;
    private static final int MAX_PATH_BYTES = 108;

    private final byte[] path;

    /** @param socket what {@link #VARIABLE} says, or null */
    ServiceManager(String socket) {
        this.path = socket == null ? new byte[0] : socket.getBytes(StandardCharsets.UTF_8);
        if (path.length > 0 && path[0] == '@') {
            path[0] = 0;
        }
    }

    /** Requests are answered from now on. */
    void ready() {
        tell("READY=1");
    }

    /** The end has begun, and takes so long; systemd gives that time even where the unit says less. */
    void stopping(Duration atMost) {
        tell("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + TimeUnit.SECONDS.toMicros(atMost.toSeconds()));
    }

    private void tell(String state) {
        if (path.length == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            if (path.length > MAX_PATH_BYTES || !send(arena, state.getBytes(StandardCharsets.UTF_8))) {
                LOG.warn(
                        "systemd cannot be told {}: {} does not take it",
                        state.lines().findFirst().orElse(""),
                        VARIABLE);
            }
        } catch (Throwable e) {
            // Serving goes on whoever listens.
            LOG.warn("systemd cannot be told {}", state.lines().findFirst().orElse(""), e);
        }
    }

    private boolean send(Arena arena, byte[] state) throws Throwable {
        MethodHandle socket = function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        MethodHandle sendto = function(
                "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        MemorySegment address = arena.allocate(FAMILY_BYTES + path.length, Long.BYTES);
        address.set(JAVA_SHORT, 0, AF_UNIX);
        MemorySegment.copy(path, 0, address, JAVA_BYTE, FAMILY_BYTES, path.length);
        int descriptor = (int) socket.invokeExact((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        if (descriptor < 0) {
            return false;
        }
        try {
            long sentBytes = (long) sendto.invokeExact(
                    descriptor, arena.allocateFrom(JAVA_BYTE, state), (long) state.length, 0, address, (int)
                            address.byteSize());
            return sentBytes == state.length;
        } finally {
            int ignored = (int) close.invokeExact(descriptor);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
