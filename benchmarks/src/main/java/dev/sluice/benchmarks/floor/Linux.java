package dev.sluice.benchmarks.floor;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.PanamaLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the measurement asks of the kernel for the calling thread. Stateless. */
final class Linux {
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final int CPU_SET_BYTES = 128;

    private Linux() {}

    /** Lets the calling thread, and what it starts from now on, run on this processor only. */
    static void pin(int cpu) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(CPU_SET_BYTES, 8);
            set.set(ValueLayout.JAVA_BYTE, cpu / 8, (byte) (1 << cpu % 8));
            var handle = libc().function(
                            "sched_setaffinity",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG));
            if ((int) handle.invokeExact(0, (long) CPU_SET_BYTES, set.address()) != 0) {
                throw new MissingException("processor " + cpu + " cannot be had: see --cpu");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Gives the calling thread, and what it starts from now on, a network namespace of its own. The kernel takes it away with
     * all that is in it when its last thread, process and socket is gone: nothing has to be cleaned up, however this JVM ends.
     *
     * @return false when that is not allowed
     */
    static boolean leaveNetwork() {
        try {
            var handle = libc().function("unshare", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            return (int) handle.invokeExact(CLONE_NEWNET) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static PanamaLibrary libc() {
        try {
            return PanamaLibrary.open("libc.so.6");
        } catch (LibraryUnavailableException e) {
            throw new MissingException("this needs Linux with glibc: " + e.getMessage());
        }
    }
}
