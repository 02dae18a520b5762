package dev.sluice.benchmarks.load.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.PanamaLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of the load; a negative result is a failure. Safe for many threads.
 *
 * <p>Sending and receiving never wait, and are made without leaving the Java state: a fence less on each of 100,000 calls per
 * second, for safepoints that may come 50 µs later.
 */
final class Libc {
    private static final PanamaLibrary C = open();
    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final FunctionDescriptor WITH_ADDRESS =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle BIND = function("bind", WITH_ADDRESS);
    private static final MethodHandle CONNECT = function("connect", WITH_ADDRESS);
    private static final MethodHandle GETSOCKNAME =
            function("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SEND =
            critical("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECVMMSG =
            function("recvmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle CLOCK_GETTIME =
            critical("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SETPRIORITY =
            function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

    private Libc() {}

    private static PanamaLibrary open() {
        try {
            return PanamaLibrary.standard();
        } catch (LibraryUnavailableException e) {
            throw new IllegalStateException("the load needs Linux with glibc: " + e.getMessage());
        }
    }

    private static MethodHandle function(String symbol, FunctionDescriptor type) {
        try {
            return C.function(symbol, type);
        } catch (LibraryUnavailableException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle critical(String symbol, FunctionDescriptor type) {
        try {
            return C.critical(symbol, type);
        } catch (LibraryUnavailableException e) {
            throw new IllegalStateException(e);
        }
    }

    static int socket(int family, int type, int protocol) {
        try {
            return (int) SOCKET.invokeExact(family, type, protocol);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int close(int fd) {
        try {
            return (int) CLOSE.invokeExact(fd);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int bind(int fd, long address, int addressBytes) {
        try {
            return (int) BIND.invokeExact(fd, address, addressBytes);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int connect(int fd, long address, int addressBytes) {
        try {
            return (int) CONNECT.invokeExact(fd, address, addressBytes);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int getsockname(int fd, long address, long lengthAddress) {
        try {
            return (int) GETSOCKNAME.invokeExact(fd, address, lengthAddress);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int setsockopt(int fd, int level, int option, long value, int valueBytes) {
        try {
            return (int) SETSOCKOPT.invokeExact(fd, level, option, value, valueBytes);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static long send(int fd, long bytes, long lengthBytes, int flags) {
        try {
            return (long) SEND.invokeExact(fd, bytes, lengthBytes, flags);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int recvmmsg(int fd, long vector, int count, int flags) {
        try {
            return (int) RECVMMSG.invokeExact(fd, vector, count, flags, 0L);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int clockGettime(int clock, long time) {
        try {
            return (int) CLOCK_GETTIME.invokeExact(clock, time);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int setpriority(int which, int who, int priority) {
        try {
            return (int) SETPRIORITY.invokeExact(which, who, priority);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
