package dev.sluice.engine.ice;

import static dev.sluice.engine.ice.IceTestBed.FIRST;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.stun.StunTestClient;
import dev.sluice.engine.stun.StunWire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Any bytes, as they are and signed: no exception, no answer without proof, none longer than its request. A fuzzer does not
 * find passwords, so half of the inputs become attributes of a request that is sealed afterwards.
 */
class IceAgentFuzzTest {
    private static final int MAX_BYTES = 512;

    @FuzzTest
    void shouldNeverThrowWhenGivenAnyBytes(byte[] data) {
        try (IceTestBed bed = new IceTestBed()) {
            check(bed, data);
        }
    }

    @Test
    void shouldNeverThrowWhenRealRequestsAreMutated() {
        List<byte[]> real = StunWire.all().stream()
                .flatMap(wire -> wire.datagrams().stream())
                .toList();
        long seed = 20_261_121;
        SplittableRandom random = new SplittableRandom(seed);
        try (IceTestBed bed = new IceTestBed()) {
            for (int i = 0; i < 100_000; i++) {
                byte[] data = real.get(random.nextInt(real.size())).clone();
                for (int n = random.nextInt(6); n >= 0; n--) {
                    data[random.nextInt(data.length)] = (byte) random.nextInt();
                }
                try {
                    check(bed, data);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("seed " + seed + ", input " + i, e);
                }
            }
        }
    }

    private static void check(IceTestBed bed, byte[] data) {
        if (data.length > MAX_BYTES) {
            return;
        }
        bed.passSeconds(1);
        int code = bed.send(data, IceTestBed.address(data.length & 63));
        if ((code >= 0 || !bed.egress.isEmpty()) && !StunTestClient.isAuthentic(data, FIRST.password())) {
            throw new AssertionError("answered without proof");
        }
        if (code < 0) {
            DropReason.ofCode(code);
        }
        byte[] sealed = sealed(data);
        code = bed.send(sealed, IceTestBed.address(data.length & 63));
        if (code < 0) {
            DropReason.ofCode(code);
        }
        if (!bed.egress.isEmpty()) {
            byte[] answer = bed.answer();
            StunTestClient.Answer read = IceTestBed.client(FIRST).answer(answer);
            if (answer.length > sealed.length || !read.answers(sealed) || !read.integrityRight()) {
                throw new AssertionError("a wrong answer");
            }
        }
    }

    /** A right request with the input, taken as a list of attributes, in front of its MESSAGE-INTEGRITY. */
    private static byte[] sealed(byte[] data) {
        StunTestClient.Request request = IceTestBed.client(FIRST).request();
        ByteBuffer in = ByteBuffer.wrap(data);
        while (in.remaining() >= 3) {
            int type = in.getShort() & 0x83ff;
            byte[] value = new byte[Math.min(in.get() & 31, in.remaining())];
            in.get(value);
            request.attribute(type, value);
        }
        return request.build();
    }
}
