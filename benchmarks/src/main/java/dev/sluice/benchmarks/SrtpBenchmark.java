package dev.sluice.benchmarks;

import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import dev.sluice.natives.srtp.SrtpProviders;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One RTP packet protected, or protected and unprotected, by each provider and profile. An index can be unprotected only
 * once, so unprotect alone is the difference of the two. Confined to one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SrtpBenchmark {
    private static final int HEADER_BYTES = 12;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

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
        SrtpProvider chosen = SrtpProviders.available().stream()
                .filter(each -> each.optionName().equals(provider))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(provider + " is not on this machine"));
        Random random = new Random(1);
        byte[] key = new byte[profile.keyLengthBytes()];
        byte[] salt = new byte[profile.saltLengthBytes()];
        random.nextBytes(key);
        random.nextBytes(salt);
        sender = chosen.open(profile, key, salt, true);
        receiver = chosen.open(profile, key, salt, false);
        arena = Arena.ofConfined();
        packet = arena.allocate(2048, 64);
        byte[] payload = new byte[size];
        random.nextBytes(payload);
        MemorySegment.copy(payload, 0, packet, ValueLayout.JAVA_BYTE, HEADER_BYTES, size);
        packet.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x80);
        packet.set(ValueLayout.JAVA_BYTE, 1, (byte) 96);
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
        packet.set(SHORT, 2, (short) sequence++);
        return sender.protectRtp(packet, 0, HEADER_BYTES + size, 2048);
    }

    /** Returns the plain packet's length. */
    @Benchmark
    public int protectAndUnprotect() {
        packet.set(SHORT, 2, (short) sequence++);
        int length = sender.protectRtp(packet, 0, HEADER_BYTES + size, 2048);
        return receiver.unprotectRtp(packet, 0, length);
    }

    MemorySegment packet() {
        return packet;
    }
}
