package dev.sluice.natives.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HmacSha1Test {

    /** RFC 2202 section 3, cases 1 to 3; one object computes twice to show that nothing is left over. */
    @ParameterizedTest
    @EnumSource
    void shouldGiveTheCodesOfTheRfc(Backends backend) {
        byte[] greeting = "Hi There".getBytes(StandardCharsets.US_ASCII);
        byte[] question = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
        assertEquals("b617318655057264e28bc0b6", code(backend, Backends.bytes("0b".repeat(20)), greeting));
        assertEquals("effcdf6ae5eb2fa2d27416d5", code(backend, "Jefe".getBytes(StandardCharsets.US_ASCII), question));
        assertEquals(
                "125d7342b9ac11cd91a39af4",
                code(backend, Backends.bytes("aa".repeat(20)), Backends.bytes("dd".repeat(50))));
    }

    private static String code(Backends backend, byte[] key, byte[] message) {
        try (Arena arena = Arena.ofConfined();
                HmacSha1 hmac = backend.get().hmacSha1(key)) {
            MemorySegment data = Backends.segment(arena, message);
            hmac.compute(data, 0, message.length / 2);
            hmac.compute(data, 0, message.length);
            return HexFormat.of().toHexDigits(hmac.first64()) + HexFormat.of().toHexDigits(hmac.next32());
        }
    }

    @Test
    void shouldGiveTheSameCodesWithBothBackendsAtAnyLength() {
        Random random = new Random(11);
        byte[] key = new byte[20];
        byte[] bytes = new byte[2200];
        random.nextBytes(key);
        random.nextBytes(bytes);
        try (Arena arena = Arena.ofConfined();
                HmacSha1 openssl = Backends.OPENSSL.get().hmacSha1(key);
                HmacSha1 jdk = Backends.JDK.get().hmacSha1(key)) {
            MemorySegment data = Backends.segment(arena, bytes);
            for (int lengthBytes = 0; lengthBytes < bytes.length - 3; lengthBytes++) {
                openssl.compute(data, 3, lengthBytes);
                jdk.compute(data, 3, lengthBytes);
                assertEquals(openssl.first64(), jdk.first64());
                assertEquals(openssl.next32(), jdk.next32());
            }
        }
    }
}
