package dev.sluice.engine.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StunTest {
    private final StunTestClient client = new StunTestClient("AbCd+/12", "serverPasswordOf24Chars+", "cLnt");

    @Test
    void shouldKnowEveryCapturedDatagramWhenItIsStun() {
        for (StunWire wire : StunWire.all()) {
            for (byte[] datagram : wire.datagrams()) {
                assertTrue(Stun.isStun(MemorySegment.ofArray(datagram), 0, datagram.length), wire.name());
            }
        }
    }

    @Test
    void shouldRefuseWhenFirstByteCookieOrLengthIsNotStun() {
        byte[] check = client.check();
        MemorySegment segment = MemorySegment.ofArray(check);
        assertFalse(Stun.isStun(segment, 0, 19));
        assertFalse(Stun.isStun(segment, 0, 0));
        check[4] ^= 1;
        assertFalse(Stun.isStun(segment, 0, check.length));
        check[4] ^= 1;
        for (int first : new int[] {4, 20, 22, 63, 64, 127, 128, 191, 255}) {
            check[0] = (byte) first;
            assertFalse(Stun.isStun(segment, 0, check.length));
        }
    }

    @Test
    void shouldPackTheUfragWhenItHasEightCharacters() {
        long expected =
                ByteBuffer.wrap("AbCd+/12".getBytes(StandardCharsets.US_ASCII)).getLong();
        assertEquals(expected, key(client.check()));
        assertEquals(expected, key(client.request().username("AbCd+/12:").build()));
    }

    @Test
    void shouldGiveNoKeyWhenTheUfragHasAnotherLengthOrIsNotAscii() {
        assertEquals(-1, key(client.request().username("AbCd+/1:cLnt").build()));
        assertEquals(-1, key(client.request().username("AbCd+/123:cLnt").build()));
        assertEquals(-1, key(client.request().username("AbCd+/12").build()));
        assertEquals(-1, key(client.request().username("").build()));
        assertEquals(-1, key(client.request().username(null).build()));
        assertEquals(-1, key(client.request().username("ÄÖÜß:cLnt").build()));
        assertEquals(-1, key(client.request().type(0x0101).build()));
        assertEquals(-1, key(client.request().type(0x0011).build()));
    }

    @Test
    void shouldGiveNoKeyWhenTheUsernameIsUnauthenticated() {
        byte[] username = "AbCd+/12:cLnt".getBytes(StandardCharsets.US_ASCII);
        byte[] request = client.request()
                .username(null)
                .attributeBehindIntegrity(0x0006, username)
                .build();
        assertEquals(-1, key(request));
    }

    @Test
    void shouldNotReadBehindTheEndWhenTheDatagramIsCutOff() {
        byte[] check = client.check();
        for (int length = 0; length < check.length; length++) {
            byte[] cut = Arrays.copyOf(check, length);
            long key = key(cut);
            // Header, then USERNAME of 13 bytes as the first attribute.
            assertEquals(length < 20 + 4 + 13, key == -1, "length " + length);
        }
    }

    @Test
    void shouldNotReadBehindTheEndWhenAnAttributeOverruns() {
        byte[] check = client.check();
        for (int length = 0; length < 0x10000; length += 251) {
            ByteBuffer.wrap(check).putShort(22, (short) length);
            key(check);
        }
    }

    private static long key(byte[] datagram) {
        return Stun.localUfragKey(MemorySegment.ofArray(datagram), 0, datagram.length);
    }
}
