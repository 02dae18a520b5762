package dev.sluice.benchmarks;

import dev.sluice.engine.net.LoopRig;
import dev.sluice.natives.srtp.SrtpProfile;
import java.util.List;
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
 * The whole loop but the sockets: one datagram of a publisher received, unprotected, logged, and for each player
 * rewritten, protected and handed to the port, with the loop's own timers, reports and counters. One operation is one
 * datagram received. Confined to one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class LoopBenchmark {
    @Param({"openssl-ffm", "jdk"})
    public String provider;

    @Param({"AEAD_AES_128_GCM"})
    public SrtpProfile profile;

    @Param({"1", "10", "100"})
    public int players;

    /** Datagrams that one duty cycle finds waiting: 16 are a frame. */
    @Param({"1", "16"})
    public int burst;

    private final Runnable seal = this::seal;
    private LoopRig rig;

    @Setup(Level.Trial)
    public void open() {
        rig = new LoopRig(
                Providers.of(provider),
                profile,
                players,
                StunRequest::nominate,
                Sample.EXTENSIONS,
                List.of(Sample.VP8.keyFrame(), Sample.VP8.packet()));
    }

    /** Fails when packets were dropped, for then something else was measured. */
    @TearDown(Level.Trial)
    public void close() {
        rig.requireAllForwarded();
        rig.close();
    }

    /** The publisher's side, outside the time that JMH measures. */
    @Setup(Level.Invocation)
    public void prepare() {
        SetUpCost.of(seal);
    }

    private void seal() {
        rig.seal();
    }

    /** Returns the datagrams sent. */
    @Benchmark
    @OperationsPerInvocation(LoopRig.BATCH)
    public long forward() {
        return rig.forward(burst);
    }

    LoopRig rig() {
        return rig;
    }
}
