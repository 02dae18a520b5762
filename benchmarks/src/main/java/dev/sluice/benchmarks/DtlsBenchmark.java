package dev.sluice.benchmarks;

import dev.sluice.engine.dtls.MemoryHandshake;
import dev.sluice.engine.dtls.MemoryHandshake.Crypto;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A full DTLS 1.2 handshake in memory: server and client, ECDSA P-256 both ways, use_srtp, keys exported. The server's
 * share is the column {@code virtual}: it runs on virtual threads. Confined to one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 1) // Some thousand handshakes, or the compiler is not done.
@Measurement(iterations = 5, time = 1)
public class DtlsBenchmark {
    /** The server's. */
    @Param
    public Crypto crypto;

    private MemoryHandshake handshake;

    @Setup(Level.Trial)
    public void open() {
        handshake = new MemoryHandshake(crypto);
    }

    @TearDown(Level.Trial)
    public void close() {
        handshake.close();
    }

    /** Returns the profile agreed on. */
    @Benchmark
    public SrtpProfile handshake() throws IOException {
        return handshake.run().server().profile();
    }
}
