package dev.sluice.natives.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.PanamaLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Set;

/**
 * Socket buffers beyond {@code net.core.rmem_max} and {@code wmem_max}, which root (CAP_NET_ADMIN) may set on Linux. Stateless.
 */
public final class SocketBuffers {
    /** The numbers below are theirs. */
    private static final Set<String> MACHINES = Set.of("amd64", "aarch64");

    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;

    private SocketBuffers() {}

    /**
     * Sets both buffers whatever the system's bounds.
     *
     * @param descriptor of a socket
     * @return false when this process may not, or the system has no such thing
     */
    public static boolean force(int descriptor, int lengthBytes) {
        if (!System.getProperty("os.name").equals("Linux") || !MACHINES.contains(System.getProperty("os.arch"))) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle set = PanamaLibrary.standard()
                    .function(
                            "setsockopt",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
            MemorySegment value = arena.allocateFrom(JAVA_INT, lengthBytes);
            return (int) set.invokeExact(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, value.address(), Integer.BYTES) == 0
                    && (int) set.invokeExact(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, value.address(), Integer.BYTES)
                            == 0;
        } catch (LibraryUnavailableException e) {
            return false;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
