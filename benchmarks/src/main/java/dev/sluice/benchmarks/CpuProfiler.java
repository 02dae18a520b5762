package dev.sluice.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Processor time per operation, of the benchmark's thread and of those that carry virtual threads: on a machine that
 * others use too it says what JMH's wall-clock time cannot. Confined to JMH's runner thread.
 */
public final class CpuProfiler implements InternalProfiler {
    /** ns of processor time per operation, set-up left out. */
    static final String CPU = "cpu";
    /** The part of {@link #CPU} that virtual threads took: the server's side of a DTLS handshake. */
    static final String CPU_VIRTUAL = "cpu.virtual";
    /** Bytes per operation that are set-up's, contained in {@code gc.alloc.rate.norm}. */
    static final String SET_UP_BYTES = "setup.alloc.norm";

    private static final String WORKER = "-jmh-worker-";
    private static final String CARRIER = "ForkJoinPool-";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long workersBefore;
    private long carriersBefore;
    private long setUpBefore;
    private long setUpBytesBefore;

    @Override
    public String getDescription() {
        return "processor time per operation";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        workersBefore = cpuNs(WORKER);
        carriersBefore = cpuNs(CARRIER);
        setUpBefore = SetUpCost.cpuNs();
        setUpBytesBefore = SetUpCost.bytes();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double operations = result.getMetadata().getAllOps();
        List<ScalarResult> results = new ArrayList<>();
        if (operations > 0) {
            long virtual = cpuNs(CARRIER) - carriersBefore;
            long worker = cpuNs(WORKER) - workersBefore - (SetUpCost.cpuNs() - setUpBefore);
            results.add(scalar(CPU, (worker + virtual) / operations, "ns/op"));
            results.add(scalar(CPU_VIRTUAL, virtual / operations, "ns/op"));
            results.add(scalar(SET_UP_BYTES, (SetUpCost.bytes() - setUpBytesBefore) / operations, "B/op"));
        }
        return results;
    }

    private static ScalarResult scalar(String label, double value, String unit) {
        return new ScalarResult(label, value, unit, AggregationPolicy.AVG);
    }

    private long cpuNs(String name) {
        long sum = 0;
        for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().contains(name)) {
                sum += Math.max(0, threads.getThreadCpuTime(info.getThreadId()));
            }
        }
        return sum;
    }
}
