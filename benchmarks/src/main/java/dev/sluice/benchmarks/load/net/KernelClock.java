package dev.sluice.benchmarks.load.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/** The clock that the kernel stamps datagrams with, and the calling thread's place in its schedule. Confined to one thread. */
public final class KernelClock {
    private static final int CLOCK_REALTIME = 0;
    private static final int PRIO_PROCESS = 0;
    private static final int PREFERRED = -15;

    private final MemorySegment time = Arena.ofAuto().allocate(16, 8);

    /** CLOCK_REALTIME in nanoseconds. */
    public long realtimeNs() {
        Libc.clockGettime(CLOCK_REALTIME, time.address());
        return time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L + time.get(ValueLayout.JAVA_LONG, 8);
    }

    /**
     * Lets the calling thread run before others of the process and wake on time (the usual slack is 50 µs). Without the right to it
     * nothing changes: the load is then less exact, and says so by its saturation.
     */
    public static void preferThisThread() {
        try {
            String task =
                    Path.of("/proc/thread-self").toRealPath().getFileName().toString();
            Libc.setpriority(PRIO_PROCESS, Integer.parseInt(task), PREFERRED);
            Files.writeString(Path.of("/proc/" + task + "/timerslack_ns"), "1000");
        } catch (IOException e) {
            // Not allowed.
        }
    }
}
