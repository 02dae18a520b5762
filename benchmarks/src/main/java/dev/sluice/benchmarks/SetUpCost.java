package dev.sluice.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.LongAdder;

/**
 * Processor time and memory that set-up between invocations took on the benchmark's own thread: JMH leaves it out of its
 * times, {@link WorkProfiler} takes it out of the rest. Safe for many threads.
 */
final class SetUpCost {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final LongAdder CPU_NS = new LongAdder();
    private static final LongAdder BYTES = new LongAdder();

    private SetUpCost() {}

    /** Runs one piece of set-up. Two readings of the thread's clock, 0.1–0.4 µs, stay with the measured code. */
    static void of(Runnable setUp) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long cpuNs = THREADS.getCurrentThreadCpuTime();
        setUp.run();
        CPU_NS.add(THREADS.getCurrentThreadCpuTime() - cpuNs);
        BYTES.add(THREADS.getCurrentThreadAllocatedBytes() - bytes);
    }

    /** In all until now. */
    static long cpuNs() {
        return CPU_NS.sum();
    }

    /** In all until now. */
    static long bytes() {
        return BYTES.sum();
    }
}
