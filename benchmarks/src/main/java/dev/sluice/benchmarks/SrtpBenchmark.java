package dev.sluice.benchmarks;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One RTP packet protected, and one unprotected, by each provider and profile. Confined to one benchmark thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class SrtpBenchmark {
    /** Packets in one invocation of {@link #unprotect}: reading the clock before and after them is below 1 ns each. */
    static final int BATCH = 256;

    static final int HEADER_BYTES = 12;
    private static final int SLOT_BYTES = 1280;

    @Param({"openssl-ffm", "libsrtp-ffm", "libsrtp-jna", "jdk"})
    public String provider;

    @Param({"AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"})
    public SrtpProfile profile;

    /** Payload bytes. */
    @Param({"160", "1200"})
    public int size;

    private Arena arena;
    private SrtpContext sender;
    private SrtpContext receiver;
    private MemorySegment packet;
    private int sequence;

    /** Opens both ends with the same key. */
    @Setup(Level.Trial)
    public void open() {
        SrtpProvider chosen = Providers.of(provider);
        Random random = new Random(1);
        byte[] key = new byte[profile.keyLengthBytes()];
        byte[] salt = new byte[profile.saltLengthBytes()];
        random.nextBytes(key);
        random.nextBytes(salt);
        sender = chosen.open(profile, key, salt, true);
        receiver = chosen.open(profile, key, salt, false);
        arena = Arena.ofConfined();
        packet = arena.allocate(SLOT_BYTES, 64);
        writePlain(packet, 0, random);
    }

    private void writePlain(MemorySegment to, long offset, Random random) {
        byte[] payload = new byte[size];
        random.nextBytes(payload);
        Bytes.put32(to, offset, 0x8060_0000L);
        Bytes.put64(to, offset + 4, 0x5eed);
        MemorySegment.copy(payload, 0, to, ValueLayout.JAVA_BYTE, offset + HEADER_BYTES, size);
    }

    /** Wipes the keys. */
    @TearDown(Level.Trial)
    public void close() {
        sender.close();
        receiver.close();
        arena.close();
    }

    /** Returns the protected packet's length. The payload is encrypted over and over; its bytes do not matter. */
    @Benchmark
    public int protect() {
        Bytes.put16(packet, 2, sequence++);
        int length = sender.protectRtp(packet, 0, HEADER_BYTES + size, SLOT_BYTES);
        if (length < 0) {
            throw new IllegalStateException("protect gave " + length);
        }
        return length;
    }

    /** Packets that wait to be unprotected, for an index can be used only once: made anew before each invocation. */
    @State(Scope.Thread)
    public static class Batch {
        private Arena arena;
        private SrtpBenchmark owner;
        private final Runnable fill = this::protectAll;
        MemorySegment packets;
        int length;

        @Setup(Level.Trial)
        public void open(SrtpBenchmark benchmark) {
            owner = benchmark;
            arena = Arena.ofConfined();
            packets = arena.allocate((long) BATCH * SLOT_BYTES, 64);
            Random random = new Random(2);
            for (int i = 0; i < BATCH; i++) {
                owner.writePlain(packets, (long) i * SLOT_BYTES, random);
            }
        }

        @TearDown(Level.Trial)
        public void close() {
            arena.close();
        }

        /** Runs before every invocation, outside the time that JMH measures. */
        @Setup(Level.Invocation)
        public void fill() {
            SetUpCost.of(fill);
        }

        private void protectAll() {
            for (int i = 0; i < BATCH; i++) {
                long at = (long) i * SLOT_BYTES;
                Bytes.put16(packets, at + 2, owner.sequence++);
                length = owner.sender.protectRtp(packets, at, HEADER_BYTES + owner.size, SLOT_BYTES);
            }
        }
    }

    /** Returns the sum of the plain packets' lengths. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long unprotect(Batch batch) {
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            int length = receiver.unprotectRtp(batch.packets, (long) i * SLOT_BYTES, batch.length);
            if (length < 0) {
                throw new IllegalStateException("unprotect gave " + length);
            }
            sum += length;
        }
        return sum;
    }

    MemorySegment packet() {
        return packet;
    }

    /** Undoes what {@link #protect} did, for tests. */
    int unprotectPacket(int lengthBytes) {
        return receiver.unprotectRtp(packet, 0, lengthBytes);
    }
}
