package dev.sluice.benchmarks;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.rtp.ExtensionMap;
import dev.sluice.engine.rtp.PacketLog;
import dev.sluice.engine.rtp.PacketLogReader;
import dev.sluice.engine.rtp.RtpHeader;
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

/** The packet log alone: one packet in, one packet's payload out. Confined to one benchmark thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class PacketLogBenchmark {
    /** As the engine's own for video; every append writes where nothing was written for 4 MiB. */
    private static final int LOG_BYTES = 4 << 20;
    /** As many as one frame, or one burst, has. */
    static final int RUN = 16;

    @Param
    public Sample sample;

    private final ExtensionMap ids = Sample.ids();
    private final RtpHeader header = new RtpHeader();
    private Arena arena;
    private MemorySegment packet;
    private MemorySegment out;
    private PacketLog written;
    private PacketLogReader reader;
    private PacketLog log;
    private int description;
    private long sequence;

    /** A log to write to, and another with one run to read. */
    @Setup(Level.Trial)
    public void open() {
        arena = Arena.ofConfined();
        byte[] bytes = sample.packet();
        packet = arena.allocate(bytes.length, 64);
        out = arena.allocate(2048, 64);
        MemorySegment.copy(bytes, 0, packet, ValueLayout.JAVA_BYTE, 0, bytes.length);
        if (header.parse(packet, 0, bytes.length) < 0) {
            throw new IllegalStateException("the sample is malformed");
        }
        description = sample.codec().describe(packet, header.payloadOffset(), header.payloadLength());
        log = new PacketLog(arena.allocate(LOG_BYTES, 64), () -> {});
        written = new PacketLog(arena.allocate(LOG_BYTES, 64), () -> {});
        for (int i = 0; i < RUN; i++) {
            written.append(header, ids, description, i, i);
        }
        reader = new PacketLogReader(written, 0);
    }

    @TearDown(Level.Trial)
    public void close() {
        arena.close();
    }

    /** Returns the record's position. */
    @Benchmark
    public long append() {
        long position = log.append(header, ids, description, sequence, sequence);
        sequence++;
        if (position < 0) {
            throw new IllegalStateException("append gave " + position);
        }
        return position;
    }

    /** Steps to the next record of the run, copies its payload and asks whether the copy is whole. */
    @Benchmark
    public long read() {
        if (!reader.next()) {
            reader.seek(0);
            reader.next();
        }
        Bytes.copy(reader.segment(), reader.payloadOffset(), out, 0, reader.payloadLength());
        if (!reader.valid()) {
            throw new IllegalStateException("lapped");
        }
        return reader.extendedSequence();
    }

    /** The last payload read. */
    byte[] copied() {
        return out.asSlice(0, reader.payloadLength()).toArray(ValueLayout.JAVA_BYTE);
    }

    /** What was appended. */
    PacketLog log() {
        return log;
    }
}
