package dev.sluice.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Processor time and memory per operation, of the benchmark's thread and of those that carry virtual threads, without
 * set-up: on a machine that others use too, processor time says what JMH's wall-clock time cannot; and JMH's own threads
 * allocate some 10 KB an iteration, which slow operations would be blamed for. Confined to JMH's runner thread.
 */
public final class WorkProfiler implements InternalProfiler {
    /** ns of processor time per operation. */
    static final String CPU = "cpu";
    /** The part of {@link #CPU} that virtual threads took: the server's side of a DTLS handshake. */
    static final String CPU_VIRTUAL = "cpu.virtual";
    /** Bytes allocated per operation. */
    static final String ALLOCATED = "alloc";

    private static final String WORKER = "-jmh-worker-";
    private static final String CARRIER = "ForkJoinPool-";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long cpuBefore;
    private long virtualBefore;
    private long bytesBefore;

    @Override
    public String getDescription() {
        return "processor time and memory per operation";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        cpuBefore = cpuNs();
        virtualBefore = virtualNs();
        bytesBefore = bytes();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double operations = result.getMetadata().getAllOps();
        List<ScalarResult> results = new ArrayList<>();
        if (operations > 0) {
            results.add(scalar(CPU, (cpuNs() - cpuBefore) / operations, "ns/op"));
            results.add(scalar(CPU_VIRTUAL, (virtualNs() - virtualBefore) / operations, "ns/op"));
            results.add(scalar(ALLOCATED, (bytes() - bytesBefore) / operations, "B/op"));
        }
        return results;
    }

    private static ScalarResult scalar(String label, double value, String unit) {
        return new ScalarResult(label, value, unit, AggregationPolicy.AVG);
    }

    private long cpuNs() {
        return sum(WORKER, threads::getThreadCpuTime) - SetUpCost.cpuNs() + virtualNs();
    }

    private long virtualNs() {
        return sum(CARRIER, threads::getThreadCpuTime);
    }

    private long bytes() {
        return sum(WORKER, threads::getThreadAllocatedBytes)
                - SetUpCost.bytes()
                + sum(CARRIER, threads::getThreadAllocatedBytes);
    }

    private long sum(String name, LongUnaryOperator ofThread) {
        long sum = 0;
        for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().contains(name)) {
                sum += Math.max(0, ofThread.applyAsLong(info.getThreadId()));
            }
        }
        return sum;
    }
}
