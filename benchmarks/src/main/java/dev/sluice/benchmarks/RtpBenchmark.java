package dev.sluice.benchmarks;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.rtp.ExtensionMap;
import dev.sluice.engine.rtp.PacketLog;
import dev.sluice.engine.rtp.PacketLogReader;
import dev.sluice.engine.rtp.RtpHeader;
import dev.sluice.engine.rtp.RtpRewriter;
import dev.sluice.engine.rtp.SequenceExtender;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * A plain packet's way without encryption and sockets: its header read, itself appended to the log, and rewritten for one
 * player. Confined to one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class RtpBenchmark {
    static final long PLAYER_SSRC = 0x9a7e;
    static final int PLAYER_PAYLOAD_TYPE = 100;
    static final int FIRST_SEQUENCE = 1_000;
    private static final int LOG_BYTES = 4 << 20;

    @Param
    public Sample sample;

    private final ExtensionMap ids = Sample.ids();
    private final RtpHeader header = new RtpHeader();
    private final SequenceExtender extender = new SequenceExtender();
    private Arena arena;
    private MemorySegment packet;
    private int lengthBytes;
    private MemorySegment out;
    private PacketLog log;
    private PacketLogReader reader;
    private PacketLogReader runReader;
    private RtpRewriter rewriter;
    private RtpRewriter runRewriter;
    private int sequence;
    private long nowNs;
    private int written;

    /** A log that begins with the start of a key frame, and two players: one that follows it, one that reads a run of it. */
    @Setup(Level.Trial)
    public void open() {
        arena = Arena.ofConfined();
        byte[] plain = sample.packet();
        lengthBytes = plain.length;
        packet = arena.allocate(EgressBatch.MAX_DATAGRAM_BYTES, 64);
        out = arena.allocate(EgressBatch.MAX_DATAGRAM_BYTES, 64);
        log = new PacketLog(arena.allocate(LOG_BYTES, 64), () -> {});
        reader = new PacketLogReader(log, 0);
        rewriter = rewriter();
        runRewriter = rewriter();
        MemorySegment.copy(sample.keyFrame(), 0, packet, ValueLayout.JAVA_BYTE, 0, lengthBytes);
        forward();
        MemorySegment.copy(plain, 0, packet, ValueLayout.JAVA_BYTE, 0, lengthBytes);
        openRun();
    }

    private RtpRewriter rewriter() {
        return new RtpRewriter(
                PLAYER_SSRC, PLAYER_PAYLOAD_TYPE, -1, sample.codec(), new byte[] {'0'}, ids, true, FIRST_SEQUENCE, 0);
    }

    private void openRun() {
        PacketLog run = new PacketLog(arena.allocate(LOG_BYTES, 64), () -> {});
        runReader = new PacketLogReader(run, 0);
        byte[] plain = packet.toArray(ValueLayout.JAVA_BYTE);
        MemorySegment.copy(sample.keyFrame(), 0, packet, ValueLayout.JAVA_BYTE, 0, lengthBytes);
        for (int i = 0; i < PacketLogBenchmark.RUN; i++) {
            read();
            append(run, i);
            MemorySegment.copy(plain, 0, packet, ValueLayout.JAVA_BYTE, 0, plain.length);
        }
    }

    private void read() {
        if (header.parse(packet, 0, lengthBytes) < 0) {
            throw new IllegalStateException("malformed");
        }
    }

    private void append(PacketLog to, long extendedSequence) {
        int description = sample.codec().describe(packet, header.payloadOffset(), header.payloadLength());
        if (to.append(header, ids, description, extendedSequence, nowNs) < 0) {
            throw new IllegalStateException("does not fit the log");
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        arena.close();
    }

    /** Returns where the payload starts. */
    @Benchmark
    public long parse() {
        read();
        return header.payloadOffset();
    }

    /** Reads the next record of a run and writes it for a player: what each player costs. Returns the length. */
    @Benchmark
    public int rewrite() {
        if (!runReader.next()) {
            runReader.seek(0);
            runReader.next();
        }
        return write(runRewriter, runReader);
    }

    /** Parses, appends, reads, rewrites: a stream with one player. Returns the length. */
    @Benchmark
    public int forward() {
        Bytes.put16(packet, 2, sequence);
        Bytes.put32(packet, 4, sequence * 3_000L);
        sequence++;
        nowNs += 4_000_000;
        read();
        append(log, extender.extend(header.sequenceNumber()));
        if (!reader.next()) {
            throw new IllegalStateException("the log has no record");
        }
        return write(rewriter, reader);
    }

    private int write(RtpRewriter by, PacketLogReader from) {
        written = by.write(from, out, 0, EgressBatch.MAX_DATAGRAM_BYTES, 0, nowNs);
        if (written < 0) {
            throw new IllegalStateException("rewrite gave " + written);
        }
        return written;
    }

    /** The last packet written for a player. */
    byte[] written() {
        return out.asSlice(0, written).toArray(ValueLayout.JAVA_BYTE);
    }
}
