package dev.sluice.engine.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Against the vectors of RFC 5769, the JDK's Mac, and what real clients sent. */
class StunAuthenticatorTest {
    private static final String PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

    /** RFC 5769 section 2.1. */
    private static final String REQUEST = """
            000100582112a442b7e7a701bc34d686fa87dfae\
            802200105354554e207465737420636c69656e74\
            002400046e0001ff\
            80290008932ff9b151263b36\
            000600096576746a3a68367659202020\
            000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2\
            80280004e57a3bcf""";

    /** Section 2.2. */
    private static final String RESPONSE_V4 = """
            0101003c2112a442b7e7a701bc34d686fa87dfae\
            8022000b7465737420766563746f7220\
            002000080001a147e112a643\
            000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7\
            80280004c07d4c96""";

    /** Section 2.3. */
    private static final String RESPONSE_V6 = """
            010100482112a442b7e7a701bc34d686fa87dfae\
            8022000b7465737420766563746f7220\
            002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9\
            00080014a382954e4be67bf11784c97c8292c275bfe3ed41\
            80280004c8fb0b4c""";

    private final StunMessage message = new StunMessage();

    @Test
    void shouldVerifyWhenGivenTheVectorsOfRfc5769() {
        for (String hex : new String[] {REQUEST, RESPONSE_V4, RESPONSE_V6}) {
            parse(HexFormat.of().parseHex(hex));
            assertTrue(new StunAuthenticator(PASSWORD).isAuthentic(message));
            assertTrue(new StunAuthenticator(PASSWORD).isFingerprintRight(message));
            assertFalse(new StunAuthenticator(PASSWORD + "x").isAuthentic(message));
        }
        parse(HexFormat.of().parseHex(REQUEST));
        assertTrue(message.isForUfrag(new byte[] {'e', 'v', 't', 'j'}));
        assertTrue(message.isFromControlled());
    }

    @Test
    void shouldRefuseWhenAnyBitOfAVectorIsFlipped() {
        StunAuthenticator authenticator = new StunAuthenticator(PASSWORD);
        byte[] request = HexFormat.of().parseHex(REQUEST);
        for (int bit = 0; bit < request.length * 8; bit++) {
            byte[] wrong = request.clone();
            wrong[bit >> 3] ^= (byte) (1 << (bit & 7));
            MemorySegment segment = MemorySegment.ofArray(wrong);
            boolean parsed = message.parse(segment, 0, wrong.length) == 0;
            assertFalse(
                    parsed && authenticator.isFingerprintRight(message) && authenticator.isAuthentic(message),
                    "bit " + bit);
        }
    }

    @Test
    void shouldVerifyEveryCapturedRequestWhenGivenItsServersPassword() {
        int requests = 0;
        for (StunWire wire : StunWire.all()) {
            StunAuthenticator authenticator = new StunAuthenticator(wire.serverPassword());
            for (byte[] request : wire.requests()) {
                parse(request);
                assertTrue(authenticator.isFingerprintRight(message), wire.name());
                assertTrue(authenticator.isAuthentic(message), wire.name());
                requests++;
            }
        }
        assertTrue(requests >= 30, requests + " requests");
    }

    @Test
    void shouldAgreeWithTheJdkWhenPasswordsAndMessagesHaveAnyLength() {
        StringBuilder password = new StringBuilder();
        for (int size = 1; size <= 200; size += 7) {
            password.repeat('p', 7);
            StunTestClient client = new StunTestClient("AbCd+/12", password.toString(), "cLnt");
            StunAuthenticator authenticator = new StunAuthenticator(password.toString());
            parse(client.request().attribute(0x8022, new byte[size * 4]).build());
            assertTrue(authenticator.isAuthentic(message));
            assertTrue(authenticator.isFingerprintRight(message));
        }
    }

    @Test
    void shouldWriteWhatTheVectorsSayWhenSealing() {
        for (String hex : new String[] {REQUEST, RESPONSE_V4, RESPONSE_V6}) {
            byte[] vector = HexFormat.of().parseHex(hex);
            byte[] written = vector.clone();
            int bodyEnd = vector.length - Stun.INTEGRITY_BYTES - Stun.FINGERPRINT_BYTES;
            Arrays.fill(written, bodyEnd, written.length, (byte) 0);
            ByteBuffer.wrap(written).putShort(2, (short) 0);
            MemorySegment segment = MemorySegment.ofArray(written);
            StunAuthenticator authenticator = new StunAuthenticator(PASSWORD);
            int signed = authenticator.appendIntegrity(segment, 0, bodyEnd);
            assertEquals(vector.length, authenticator.appendFingerprint(segment, 0, signed));
            assertEquals(hex, HexFormat.of().formatHex(written));
        }
    }

    private void parse(byte[] datagram) {
        assertEquals(0, message.parse(MemorySegment.ofArray(datagram), 0, datagram.length));
    }
}
