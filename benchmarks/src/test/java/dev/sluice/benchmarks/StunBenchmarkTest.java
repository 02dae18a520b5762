package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StunBenchmarkTest {
    private static final int SUCCESS = 0x0101;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;
    private static final int MESSAGE_INTEGRITY = 0x0008;

    @ParameterizedTest
    @ValueSource(strings = {"IPv4", "IPv6"})
    void shouldAnswerWithTheMappedAddressAndIntegrity(String address) {
        StunBenchmark benchmark = new StunBenchmark();
        benchmark.address = address;
        benchmark.open();
        for (int i = 0; i < 3; i++) {
            assertTrue(benchmark.answer() >= 0);
            byte[] answer = benchmark.written();
            ByteBuffer in = ByteBuffer.wrap(answer);
            assertEquals(SUCCESS, in.getShort());
            assertEquals(answer.length - 20, in.getShort());
            assertEquals(StunRequest.COOKIE, in.getInt());
            in.position(20);
            assertEquals(XOR_MAPPED_ADDRESS, in.getShort());
            int valueBytes = in.getShort();
            assertEquals(address.equals("IPv4") ? 8 : 20, valueBytes);
            in.getShort();
            assertEquals(benchmark.remote().port(), (in.getShort() ^ StunRequest.COOKIE >>> 16) & 0xffff);
            in.position(24 + valueBytes);
            assertAuthentic(answer, in.position());
        }
        benchmark.close();
    }

    private static void assertAuthentic(byte[] answer, int at) {
        ByteBuffer in = ByteBuffer.wrap(answer);
        assertEquals(MESSAGE_INTEGRITY, in.getShort(at));
        byte[] signed = Arrays.copyOf(answer, at);
        ByteBuffer.wrap(signed).putShort(2, (short) (at + 24 - 20));
        assertArrayEquals(
                StunRequest.hmac(StunBenchmark.password(), signed), Arrays.copyOfRange(answer, at + 4, at + 24));
    }
}
