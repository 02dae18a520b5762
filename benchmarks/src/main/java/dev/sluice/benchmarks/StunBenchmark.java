package dev.sluice.benchmarks;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.ice.IceAgent;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.stun.Stun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
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
 * A Binding request from its first byte to the answer in the batch: class and user name, FINGERPRINT, HMAC-SHA1 checked,
 * answer written with both. Confined to one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class StunBenchmark {
    private static final IceCredentials LOCAL = IceCredentials.generate(new Random(1));
    private static final long KEY = LOCAL.key();
    private static final RemoteAddress V4 = new RemoteAddress(0, RemoteAddress.v4Mapped(0xc000_0207), 54_042, 0);
    private static final RemoteAddress V6 = new RemoteAddress(0x2001_0db8_0000_0000L, 7, 54_042, 0);

    @Param({"IPv4", "IPv6"})
    public String address;

    private Arena arena;
    private MemorySegment request;
    private int lengthBytes;
    private EgressBatch egress;
    private IceAgent agent;
    private RemoteAddress remote;
    private long nowNs;

    /** An agent that knows the remote already, as it does from the second check on. */
    @Setup(Level.Trial)
    public void open() {
        arena = Arena.ofConfined();
        request = arena.allocate(IngressBatch.SLOT_BYTES, 64);
        byte[] bytes = StunRequest.nominate(LOCAL.ufrag(), LOCAL.password());
        lengthBytes = bytes.length;
        MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, 0, lengthBytes);
        egress = new EgressBatch(arena);
        agent = new IceAgent(LOCAL, 0);
        remote = address.equals("IPv4") ? V4 : V6;
        answer();
    }

    @TearDown(Level.Trial)
    public void close() {
        arena.close();
    }

    /** Returns the flags of the answer. */
    @Benchmark
    public int answer() {
        egress.clear();
        nowNs += 1_000;
        if (!Stun.isStun(request, 0, lengthBytes) || Stun.localUfragKey(request, 0, lengthBytes) != KEY) {
            throw new IllegalStateException("not a request for this agent");
        }
        int result = agent.onDatagram(
                request,
                0,
                lengthBytes,
                remote.high(),
                remote.low(),
                remote.port(),
                remote.localIndex(),
                nowNs,
                egress);
        if (result < 0) {
            throw new IllegalStateException("dropped with " + result);
        }
        return result;
    }

    /** The answer that waits. */
    byte[] written() {
        return egress.segment().asSlice(egress.offset(0), egress.length(0)).toArray(ValueLayout.JAVA_BYTE);
    }

    RemoteAddress remote() {
        return remote;
    }

    static String password() {
        return LOCAL.password();
    }
}
