package dev.sluice.engine.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StunMessageTest {
    private static final int MALFORMED = DropReason.STUN_MALFORMED.code();

    private final StunTestClient client = new StunTestClient("AbCd+/12", "serverPasswordOf24Chars+", "cLnt");
    private final StunMessage message = new StunMessage();

    @Test
    void shouldReadARequestWhenItIsWellFormed() {
        assertEquals(0, parse(client.nominate()));
        assertTrue(message.isBindingRequest());
        assertTrue(message.nominates());
        assertFalse(message.isFromControlled());
        assertTrue(message.hasIntegrity());
        assertTrue(message.hasFingerprint());
        assertEquals(0, message.unknownCount());
        assertTrue(message.isForUfrag(ascii("AbCd+/12")));
        assertFalse(message.isForUfrag(ascii("AbCd+/1")));
        assertFalse(message.isForUfrag(ascii("AbCd+/12:cLnt")));
    }

    @Test
    void shouldForgetTheLastMessageWhenAnotherIsRead() {
        parse(client.request()
                .useCandidate()
                .controlled()
                .attribute(0x0003, new byte[4])
                .build());
        assertEquals(
                0,
                parse(client.request()
                        .username(null)
                        .password(null)
                        .noFingerprint()
                        .build()));
        assertFalse(message.nominates());
        assertFalse(message.isFromControlled());
        assertFalse(message.hasIntegrity());
        assertFalse(message.hasFingerprint());
        assertEquals(0, message.unknownCount());
        assertFalse(message.isForUfrag(ascii("AbCd+/12")));
    }

    @Test
    void shouldTakeZeroLengthAttributesWhenTheyMayBeEmpty() {
        byte[] request = client.request()
                .username("")
                .attribute(0x8022, new byte[0])
                .attribute(0xffff, new byte[0])
                .build();
        assertEquals(0, parse(request));
        assertFalse(message.isForUfrag(ascii("AbCd+/12")));
    }

    @Test
    void shouldRefuseWhenIntegrityFingerprintOrRoleHasTheWrongLength() {
        for (int type : new int[] {0x0008, 0x8028, 0x8029}) {
            assertEquals(
                    MALFORMED,
                    parse(client.request().attribute(type, new byte[0]).build()));
            assertEquals(
                    MALFORMED,
                    parse(client.request().attribute(type, new byte[12]).build()));
        }
    }

    @Test
    void shouldRefuseWhenFingerprintIsNotLast() {
        assertEquals(
                MALFORMED, parse(client.request().attribute(0x8028, new byte[4]).build()));
        assertEquals(
                MALFORMED,
                parse(client.request()
                        .attributeBehindIntegrity(0x8028, new byte[4])
                        .build()));
    }

    @Test
    void shouldRefuseWhenCutOffAtAnyByte() {
        byte[] request = client.nominate();
        for (int length = 0; length < request.length; length++) {
            byte[] cut = Arrays.copyOf(request, length);
            assertEquals(MALFORMED, parse(cut));
            if (length >= 20) {
                // With a header that fits the cut, what is left must be whole attributes.
                ByteBuffer.wrap(cut).putShort(2, (short) (length - 20));
                assertTrue(parse(cut) == MALFORMED || !message.hasFingerprint());
            }
        }
    }

    @Test
    void shouldRefuseWhenBytesFollowTheMessage() {
        byte[] request = client.check();
        for (int more = 1; more <= 8; more++) {
            assertEquals(MALFORMED, parse(Arrays.copyOf(request, request.length + more)));
        }
    }

    @Test
    void shouldRefuseWhenAnyAttributeOverruns() {
        byte[] request = client.nominate();
        int at = 20;
        while (at < request.length) {
            int valueBytes = ByteBuffer.wrap(request).getShort(at + 2);
            for (int length : new int[] {request.length - at - 3, request.length, 0x7fff, 0xfffd, 0xffff}) {
                byte[] wrong = request.clone();
                ByteBuffer.wrap(wrong).putShort(at + 2, (short) length);
                assertEquals(MALFORMED, parse(wrong), "attribute at " + at + " with length " + length);
            }
            at += 4 + (valueBytes + 3 & ~3);
        }
    }

    @Test
    void shouldIgnoreAttributesWhenTheyFollowIntegrity() {
        byte[] request = client.request()
                .username(null)
                .attributeBehindIntegrity(0x0006, ascii("AbCd+/12:cLnt"))
                .attributeBehindIntegrity(0x0025, new byte[0])
                .attributeBehindIntegrity(0x8029, new byte[8])
                .attributeBehindIntegrity(0x0003, new byte[4])
                .attributeBehindIntegrity(0x0008, new byte[20])
                .build();
        assertEquals(0, parse(request));
        assertFalse(message.isForUfrag(ascii("AbCd+/12")));
        assertFalse(message.nominates());
        assertFalse(message.isFromControlled());
        assertEquals(0, message.unknownCount());
        assertTrue(message.hasFingerprint());
    }

    @Test
    void shouldNameUnknownAttributesWhenComprehensionIsRequired() {
        StunTestClient.Request request = client.request()
                .attribute(0x0003, new byte[4])
                .attribute(0x8003, new byte[4])
                .attribute(0x0020, new byte[8])
                .attribute(0x7fff, new byte[1]);
        assertEquals(0, parse(request.build()));
        assertEquals(2, message.unknownCount());
        assertEquals(0x0003, message.unknownAttribute(0));
        assertEquals(0x7fff, message.unknownAttribute(1));
        for (int type = 0x40; type < 0x60; type++) {
            request.attribute(type, new byte[0]);
        }
        assertEquals(0, parse(request.build()));
        assertEquals(StunMessage.MAX_UNKNOWN, message.unknownCount());
    }

    private int parse(byte[] datagram) {
        return message.parse(MemorySegment.ofArray(datagram), 0, datagram.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
