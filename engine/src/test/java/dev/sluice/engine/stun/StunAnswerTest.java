package dev.sluice.engine.stun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.RemoteAddress;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StunAnswerTest {
    private static final String PASSWORD = "serverPasswordOf24Chars+";
    private static final long V6_HIGH = 0x2001_0db8_1234_5678L;
    private static final long V6_LOW = 0x0011_2233_4455_6677L;

    private final StunTestClient client = new StunTestClient("AbCd+/12", PASSWORD, "cLnt");
    private final StunAuthenticator authenticator = new StunAuthenticator(PASSWORD);
    private final StunMessage message = new StunMessage();
    private final byte[] memory = new byte[StunAnswer.MAX_BYTES];

    @Test
    void shouldTellTheV4SourceWhenAnswering() {
        byte[] request = client.check();
        StunTestClient.Answer answer = client.answer(success(request, 0, RemoteAddress.v4Mapped(0xC0000201), 32853));
        assertTrue(answer.isSuccess());
        assertTrue(answer.answers(request));
        assertTrue(answer.integrityRight());
        assertTrue(answer.fingerprintRight());
        assertEquals(new InetSocketAddress("192.0.2.1", 32853), answer.mapped());
    }

    @Test
    void shouldTellTheV6SourceWhenAnswering() {
        byte[] request = client.check();
        StunTestClient.Answer answer = client.answer(success(request, V6_HIGH, V6_LOW, 65535));
        assertTrue(answer.isSuccess());
        assertTrue(answer.answers(request));
        assertTrue(answer.integrityRight());
        assertTrue(answer.fingerprintRight());
        assertEquals(new InetSocketAddress("2001:db8:1234:5678:11:2233:4455:6677", 65535), answer.mapped());
    }

    @Test
    void shouldWriteTheAddressAttributesOfRfc5769WhenTheTransactionIsTheirs() {
        byte[] request = client.check();
        byte[] id = {
            (byte) 0xb7,
            (byte) 0xe7,
            (byte) 0xa7,
            1,
            (byte) 0xbc,
            0x34,
            (byte) 0xd6,
            (byte) 0x86,
            (byte) 0xfa,
            (byte) 0x87,
            (byte) 0xdf,
            (byte) 0xae
        };
        System.arraycopy(id, 0, request, 8, id.length);
        byte[] v4 = success(request, 0, RemoteAddress.v4Mapped(0xC0000201), 32853);
        byte[] expectedV4 = {0, 0x20, 0, 8, 0, 1, (byte) 0xa1, 0x47, (byte) 0xe1, 0x12, (byte) 0xa6, 0x43};
        assertArrayEquals(expectedV4, Arrays.copyOfRange(v4, 20, 32));
        byte[] v6 = success(request, V6_HIGH, V6_LOW, 32853);
        byte[] expectedV6 = {
            0,
            0x20,
            0,
            20,
            0,
            2,
            (byte) 0xa1,
            0x47,
            1,
            0x13,
            (byte) 0xa9,
            (byte) 0xfa,
            (byte) 0xa5,
            (byte) 0xd3,
            (byte) 0xf1,
            0x79,
            (byte) 0xbc,
            0x25,
            (byte) 0xf4,
            (byte) 0xb5,
            (byte) 0xbe,
            (byte) 0xd2,
            (byte) 0xb9,
            (byte) 0xd9
        };
        assertArrayEquals(expectedV6, Arrays.copyOfRange(v6, 20, 44));
    }

    @Test
    void shouldNameTheErrorWhenRefusing() {
        byte[] request = client.request()
                .controlled()
                .attribute(0x0003, new byte[4])
                .attribute(0x0041, new byte[0])
                .attribute(0x0042, new byte[0])
                .build();
        parse(request);
        MemorySegment to = MemorySegment.ofArray(memory);
        Arrays.fill(memory, (byte) 0x55);
        StunTestClient.Answer unknown =
                client.answer(Arrays.copyOf(memory, StunAnswer.writeUnknownAttribute(message, authenticator, to, 0)));
        assertEquals(420, unknown.errorCode());
        // The third is padded, and the padding is not read as an attribute.
        assertEquals(List.of(0x0003, 0x0041, 0x0042), unknown.unknownAttributes());
        assertTrue(unknown.answers(request) && unknown.integrityRight() && unknown.fingerprintRight());
        StunTestClient.Answer conflict =
                client.answer(Arrays.copyOf(memory, StunAnswer.writeRoleConflict(message, authenticator, to, 0)));
        assertEquals(487, conflict.errorCode());
        assertNull(conflict.mapped());
        assertTrue(conflict.answers(request) && conflict.integrityRight() && conflict.fingerprintRight());
    }

    @Test
    void shouldNeverAnswerLongerThanTheRequestWhenItIsShort() {
        byte[] bare =
                client.request().bare().noFingerprint().username("AbCd+/12:").build();
        byte[] v4 = success(bare, 0, RemoteAddress.v4Mapped(0xC0000201), 7000);
        // 20 header, 4 + 12 USERNAME, 24 integrity: room for the address, none for FINGERPRINT.
        assertEquals(60, bare.length);
        assertEquals(56, v4.length);
        assertTrue(client.answer(v4).integrityRight());
        assertEquals(0, success(bare, V6_HIGH, V6_LOW, 7000).length);
        parse(bare);
        assertEquals(60, StunAnswer.writeRoleConflict(message, authenticator, MemorySegment.ofArray(memory), 0));
    }

    @Test
    void shouldHaveFingerprintWhenTheRequestIsOneOfIce() {
        byte[] shortest = new StunTestClient("AbCd+/12", PASSWORD, "c").check();
        assertTrue(client.answer(success(shortest, V6_HIGH, V6_LOW, 7000)).fingerprintRight());
    }

    private byte[] success(byte[] request, long high, long low, int port) {
        parse(request);
        int length = StunAnswer.writeSuccess(message, high, low, port, authenticator, MemorySegment.ofArray(memory), 0);
        assertTrue(length <= request.length);
        return Arrays.copyOf(memory, length);
    }

    private void parse(byte[] request) {
        assertEquals(0, message.parse(MemorySegment.ofArray(request), 0, request.length));
    }
}
