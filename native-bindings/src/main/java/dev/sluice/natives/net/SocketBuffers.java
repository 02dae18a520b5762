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
 * What Linux lets a process say about a socket's buffers and the JDK does not: sizes beyond {@code net.core.rmem_max} and
 * {@code wmem_max} (with CAP_NET_ADMIN), and how much may wait in a TCP socket. Stateless.
 */
public final class SocketBuffers {
    /** The numbers below are theirs. */
    private static final Set<String> MACHINES = Set.of("amd64", "aarch64");

    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NOTSENT_LOWAT = 25;

    private SocketBuffers() {}

    /**
     * Sets both buffers whatever the system's bounds.
     *
     * @param descriptor of a socket
     * @return false when this process may not, or the system has no such thing
     */
    public static boolean force(int descriptor, int lengthBytes) {
        return set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, lengthBytes)
                && set(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, lengthBytes);
    }

    /**
     * Bounds what a TCP socket takes beyond what its congestion window lets go: with so many bytes unsent it is full.
     *
     * @return false when the system has no such thing
     */
    public static boolean boundUnsent(int descriptor, int unsentBytes) {
        return set(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, unsentBytes);
    }

    private static boolean set(int descriptor, int level, int option, int number) {
        if (!System.getProperty("os.name").equals("Linux") || !MACHINES.contains(System.getProperty("os.arch"))) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle set = PanamaLibrary.standard()
                    .function(
                            "setsockopt",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
            MemorySegment value = arena.allocateFrom(JAVA_INT, number);
            return (int) set.invokeExact(descriptor, level, option, value.address(), Integer.BYTES) == 0;
        } catch (LibraryUnavailableException e) {
            return false;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
