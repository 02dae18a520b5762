package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.SrtpContext.AUTHENTICATION_FAILED;
import static dev.sluice.natives.srtp.SrtpContext.MALFORMED;
import static dev.sluice.natives.srtp.SrtpContext.NO_ROOM;
import static dev.sluice.natives.srtp.SrtpContext.REPLAYED;
import static dev.sluice.natives.srtp.SrtpContext.TOO_MANY_SSRCS;
import static dev.sluice.natives.srtp.TestProviders.rtcp;
import static dev.sluice.natives.srtp.TestProviders.rtp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.natives.srtp.TestProviders.Case;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each provider must do with each profile; {@link SrtpParityTest} shows that all do the same. */
class SrtpContextTest {
    private static final int SSRC = 0xcafebabe;

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldGiveBackWhatWasProtected(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            int sequenceNumber = 0;
            for (int payload : new int[] {0, 1, 2, 15, 16, 17, 160, 1200, 1900}) {
                for (int csrcs : new int[] {0, 1, 15}) {
                    for (int extensionWords : new int[] {-1, 0, 1, 4}) {
                        byte[] plain = rtp(SSRC, sequenceNumber++, payload, csrcs, extensionWords);
                        byte[] sealed = peer.protectRtp(plain);
                        assertEquals(plain.length + which.profile().rtpTagLengthBytes(), sealed.length);
                        peer.assertReceivesRtp(plain, sealed);
                    }
                }
                byte[] plain = rtcp(SSRC, 8 + payload);
                byte[] sealed = peer.protectRtcp(plain);
                assertEquals(plain.length + which.profile().rtcpTagLengthBytes() + 4, sealed.length);
                peer.assertReceivesRtcp(plain, sealed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldDropAndKeepStateWhenAnyByteIsFlipped(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            byte[] plain = rtp(SSRC, 7, 33, 1, 1);
            byte[] sealed = peer.protectRtp(plain);
            for (int i = 0; i < sealed.length; i++) {
                byte[] flipped = sealed.clone();
                flipped[i] ^= (byte) (1 << i % 8);
                int code = peer.unprotectRtp(flipped);
                boolean lengthField = i == 0 || i == 18 || i == 19; // CSRC count, length of the extension
                assertTrue(code == AUTHENTICATION_FAILED || lengthField && code == MALFORMED, i + ": " + code);
            }
            peer.assertReceivesRtp(plain, sealed);

            byte[] plainRtcp = rtcp(SSRC, 52);
            byte[] sealedRtcp = peer.protectRtcp(plainRtcp);
            for (int i = 0; i < sealedRtcp.length; i++) {
                byte[] flipped = sealedRtcp.clone();
                flipped[i] ^= (byte) (1 << (7 - i % 8));
                assertEquals(AUTHENTICATION_FAILED, peer.unprotectRtcp(flipped), "byte " + i);
            }
            peer.assertReceivesRtcp(plainRtcp, sealedRtcp);
        }
    }

    /** RFC 5764 section 4.1.2: the profiles encrypt RTCP too, so a packet without the E flag is not from the peer. */
    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldDropRtcpWithoutTheEncryptedFlag(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            byte[] sealed = peer.protectRtcp(rtcp(SSRC, 28));
            int word = which.profile().isAead() ? sealed.length - 4 : sealed.length - 14;
            sealed[word] ^= (byte) 0x80;
            assertEquals(AUTHENTICATION_FAILED, peer.unprotectRtcp(sealed));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldCallShortPacketsMalformed(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            byte[] sealed = peer.protectRtp(rtp(SSRC, 1, 40));
            byte[] sealedRtcp = peer.protectRtcp(rtcp(SSRC, 40));
            SrtpProfile profile = which.profile();
            for (int length = 0; length <= 40; length++) {
                boolean whole = length >= 12 + profile.rtpTagLengthBytes();
                assertEquals(
                        whole ? AUTHENTICATION_FAILED : MALFORMED, peer.unprotectRtp(Arrays.copyOf(sealed, length)));
                if (length < 8 + profile.rtcpTagLengthBytes() + 4) {
                    assertEquals(MALFORMED, peer.unprotectRtcp(Arrays.copyOf(sealedRtcp, length)));
                } else {
                    assertTrue(peer.unprotectRtcp(Arrays.copyOf(sealedRtcp, length)) < 0);
                }
            }
            for (int length = 0; length < 12; length++) {
                assertEquals(MALFORMED, peer.protectRtpCode(Arrays.copyOf(rtp(SSRC, 2, 0), length)));
            }
            for (int length = 0; length < 8; length++) {
                assertEquals(MALFORMED, peer.protectRtcpCode(Arrays.copyOf(rtcp(SSRC, 8), length)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldCallHeadersThatOverrunMalformed(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            byte[] whole = rtp(SSRC, 1, 0, 15, 4);
            for (int length = 12; length < whole.length; length++) {
                assertEquals(MALFORMED, peer.protectRtpCode(Arrays.copyOf(whole, length)));
                assertEquals(
                        MALFORMED,
                        peer.unprotectRtp(
                                Arrays.copyOf(whole, length + which.profile().rtpTagLengthBytes())));
            }
            byte[] longest = rtp(SSRC, 1, 1000, 0, 0);
            longest[14] = longest[15] = (byte) 0xff;
            assertEquals(MALFORMED, peer.protectRtpCode(longest));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldWriteNothingWhenThereIsNoRoom(Case which) {
        try (Arena arena = Arena.ofConfined();
                SrtpContext outbound = which.outbound()) {
            byte[] plain = rtp(SSRC, 1, 100);
            byte[] plainRtcp = rtcp(SSRC, 100);
            int room = plain.length + which.profile().rtpTagLengthBytes();
            int roomRtcp = plainRtcp.length + which.profile().rtcpTagLengthBytes() + 4;
            MemorySegment memory = arena.allocate(200);
            TestProviders.put(memory, 0, plain);
            for (int less = 1; less <= room; less++) {
                assertEquals(NO_ROOM, outbound.protectRtp(memory, 0, plain.length, room - less));
            }
            assertEquals(room, outbound.protectRtp(memory, 0, plain.length, room));
            TestProviders.put(memory, 0, plainRtcp);
            for (int less = 1; less <= roomRtcp; less++) {
                assertEquals(NO_ROOM, outbound.protectRtcp(memory, 0, plainRtcp.length, roomRtcp - less));
            }
            assertEquals(roomRtcp, outbound.protectRtcp(memory, 0, plainRtcp.length, roomRtcp));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldRefuseToSendTheThirtyThirdSsrcAndKeepTheOthers(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which);
                SrtpPeer flood = new SrtpPeer(which);
                SrtpPeer another = new SrtpPeer(which)) {
            byte[] spare = another.protectRtp(rtp(1000, 1, 20));
            for (int ssrc = 0; ssrc < 32; ssrc++) {
                byte[] plain = ssrc % 2 == 0 ? rtp(ssrc, 1, 20) : rtcp(ssrc, 20);
                byte[] sealed = ssrc % 2 == 0 ? flood.protectRtp(plain) : flood.protectRtcp(plain);
                // Junk from other SSRCs between takes no place.
                byte[] junk = spare.clone();
                junk[8] = (byte) (100 + ssrc);
                assertEquals(AUTHENTICATION_FAILED, peer.unprotectRtp(junk));
                if (ssrc % 2 == 0) {
                    peer.assertReceivesRtp(plain, sealed);
                } else {
                    peer.assertReceivesRtcp(plain, sealed);
                }
            }
            assertEquals(TOO_MANY_SSRCS, flood.protectRtpCode(rtp(1000, 1, 20)));
            assertEquals(TOO_MANY_SSRCS, flood.protectRtcpCode(rtcp(1000, 20)));
            for (int ssrc = 0; ssrc < 32; ssrc++) {
                byte[] plain = rtp(ssrc, 2, 20);
                peer.assertReceivesRtp(plain, flood.protectRtp(plain));
                byte[] plainRtcp = rtcp(ssrc, 24);
                peer.assertReceivesRtcp(plainRtcp, flood.protectRtcp(plainRtcp));
            }
        }
    }

    /** A publisher that turns to its other camera, with a fresh SSRC each time. */
    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldRetireTheSsrcSilentLongestWhenANewOneIsReceived(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            byte[] kept = rtp(SSRC, 1, 20);
            peer.assertReceivesRtp(kept, peer.protectRtp(kept));
            byte[] firstOfAll = null;
            byte[] anotherOfFirst = null;
            for (int round = 0; round < 5; round++) {
                try (SrtpPeer sender = new SrtpPeer(which)) {
                    for (int i = 0; i < 20; i++) {
                        int ssrc = 1_000 * (round + 1) + i;
                        byte[] plain = rtp(ssrc, 1, 20);
                        byte[] sealed = sender.protectRtp(plain);
                        peer.assertReceivesRtp(plain, sealed);
                        assertEquals(REPLAYED, peer.unprotectRtp(sealed));
                        byte[] plainRtcp = rtcp(ssrc, 20);
                        peer.assertReceivesRtcp(plainRtcp, sender.protectRtcp(plainRtcp));
                        if (firstOfAll == null) {
                            firstOfAll = sealed;
                            anotherOfFirst = sender.protectRtp(rtp(ssrc, 2, 20));
                        }
                    }
                }
                byte[] next = rtp(SSRC, 2 + round, 20);
                peer.assertReceivesRtp(next, peer.protectRtp(next));
            }
            // Its window is gone: nothing of it may count again, neither what was seen nor what was held back.
            assertEquals(REPLAYED, peer.unprotectRtp(firstOfAll));
            assertEquals(REPLAYED, peer.unprotectRtp(anotherOfFirst));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldBoundHowManySsrcsItRetires(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            int taken = 0;
            int code = 20;
            while (code > 0) {
                try (SrtpPeer sender = new SrtpPeer(which)) {
                    for (int i = 0; i < 32 && code > 0; i++) {
                        code = peer.unprotectRtp(sender.protectRtp(rtp(++taken, 1, 8)));
                    }
                }
            }
            assertEquals(TOO_MANY_SSRCS, code);
            assertEquals(SrtpContext.MAX_SSRCS + SsrcSet.MAX_RETIRED + 1, taken);
        }
    }

    /** Threat 15: bad packets by the hundred thousand leave the session as it was. */
    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldKeepTheSessionWhenBadPacketsFloodIt(Case which) {
        Random random = new Random(5);
        try (SrtpPeer peer = new SrtpPeer(which)) {
            byte[] first = rtp(SSRC, 100, 60);
            peer.assertReceivesRtp(first, peer.protectRtp(first));
            byte[] next = rtp(SSRC, 101, 60);
            byte[] sealed = peer.protectRtp(next);
            byte[] nextRtcp = rtcp(SSRC, 60);
            byte[] sealedRtcp = peer.protectRtcp(nextRtcp);
            for (int i = 0; i < 20_000; i++) {
                byte[] bad = i % 2 == 0 ? sealed.clone() : sealedRtcp.clone();
                // Sequence number, index, SSRC or anything else: whatever it claims to be, it moves nothing.
                for (int flips = 0; flips < 3; flips++) {
                    bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
                }
                boolean same = Arrays.equals(bad, sealed) || Arrays.equals(bad, sealedRtcp);
                int code = i % 2 == 0 ? peer.unprotectRtp(bad) : peer.unprotectRtcp(bad);
                assertTrue(same || code < 0);
            }
            peer.assertReceivesRtp(next, sealed);
            peer.assertReceivesRtcp(nextRtcp, sealedRtcp);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldThrowAtProgrammingErrors(Case which) {
        try (Arena arena = Arena.ofConfined();
                SrtpContext outbound = which.outbound();
                SrtpContext inbound = which.inbound()) {
            MemorySegment memory = arena.allocate(100);
            MemorySegment heap = MemorySegment.ofArray(new byte[100]);
            assertThrows(IllegalStateException.class, () -> inbound.protectRtp(memory, 0, 50, 100));
            assertThrows(IllegalStateException.class, () -> inbound.protectRtcp(memory, 0, 50, 100));
            assertThrows(IllegalStateException.class, () -> outbound.unprotectRtp(memory, 0, 50));
            assertThrows(IllegalStateException.class, () -> outbound.unprotectRtcp(memory, 0, 50));
            assertThrows(IndexOutOfBoundsException.class, () -> outbound.protectRtp(memory, 1, 50, 100));
            assertThrows(IndexOutOfBoundsException.class, () -> outbound.protectRtcp(memory, 51, 50, 40));
            assertThrows(IndexOutOfBoundsException.class, () -> inbound.unprotectRtp(memory, 51, 50));
            assertThrows(IndexOutOfBoundsException.class, () -> inbound.unprotectRtcp(memory, -1, 50));
            assertThrows(IllegalArgumentException.class, () -> outbound.protectRtp(heap, 0, 50, 100));
            assertThrows(IllegalArgumentException.class, () -> inbound.unprotectRtp(heap, 0, 50));
            outbound.close();
            inbound.close();
            assertThrows(IllegalStateException.class, () -> outbound.protectRtp(memory, 0, 50, 100));
            assertThrows(IllegalStateException.class, () -> outbound.protectRtcp(memory, 0, 50, 100));
            assertThrows(IllegalStateException.class, () -> inbound.unprotectRtp(memory, 0, 50));
            assertThrows(IllegalStateException.class, () -> inbound.unprotectRtcp(memory, 0, 50));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldRefuseKeysOfAnotherLength(Case which) {
        SrtpProvider provider = TestProviders.provider(which.option());
        byte[] key = TestProviders.key(which.profile());
        byte[] salt = TestProviders.salt(which.profile());
        assertThrows(
                IllegalArgumentException.class,
                () -> provider.open(which.profile(), Arrays.copyOf(key, key.length + 1), salt, true));
        assertThrows(
                IllegalArgumentException.class,
                () -> provider.open(which.profile(), key, Arrays.copyOf(salt, salt.length - 1), true));
    }
}
