package dev.sluice.benchmarks;

import dev.sluice.engine.net.PortRig;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Sending: packets of 1,200 bytes to 32 players over loopback, so many in a row to each. One operation is one packet; the
 * kernel's work for the receiver is in it, up to the socket. Confined to one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class PortBenchmark {
    @Param({"nio", "batch"})
    public String io;

    @Param({"1", "2", "8", "16"})
    public int run;

    private final Runnable drain = this::drain;
    private PortRig rig;

    @Setup(Level.Trial)
    public void open() throws IOException {
        rig = new PortRig(io, run);
    }

    @TearDown(Level.Trial)
    public void close() {
        rig.close();
    }

    /** The players' side, outside what is measured. */
    @Setup(Level.Invocation)
    public void prepare() {
        SetUpCost.of(drain);
    }

    private void drain() {
        rig.drain();
    }

    @Benchmark
    @OperationsPerInvocation(PortRig.BATCH)
    public long send() {
        return rig.send();
    }
}
