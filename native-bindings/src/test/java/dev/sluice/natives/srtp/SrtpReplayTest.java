package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.SrtpContext.REPLAYED;
import static dev.sluice.natives.srtp.SrtpContext.REPLAY_WINDOW;
import static dev.sluice.natives.srtp.SrtpContext.TOO_OLD;
import static dev.sluice.natives.srtp.TestProviders.rtcp;
import static dev.sluice.natives.srtp.TestProviders.rtp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.natives.srtp.TestProviders.Case;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threat 16: replays are dropped and the rollover counter is right, with loss and reordering at the wrap. */
class SrtpReplayTest {
    private static final int SSRC = 0x01020304;

    private record Packet(byte[] plain, byte[] sealed) {}

    private static List<Packet> send(SrtpPeer peer, int first, int count) {
        List<Packet> packets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] plain = rtp(SSRC, first + i & 0xffff, 20);
            packets.add(new Packet(plain, peer.protectRtp(plain)));
        }
        return packets;
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldTakeEachPacketOnceWhenReplayedAroundTheWrap(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            List<Packet> packets = send(peer, 65_536 - 60, 120);
            for (Packet packet : packets) {
                peer.assertReceivesRtp(packet.plain, packet.sealed);
                assertEquals(REPLAYED, peer.unprotectRtp(packet.sealed));
            }
            for (Packet packet : packets) {
                assertEquals(REPLAYED, peer.unprotectRtp(packet.sealed));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldTakeLatePacketsUpToTheWindowAndNoneBefore(Case which) {
        for (int first : new int[] {1000, 65_536 - 100}) {
            try (SrtpPeer peer = new SrtpPeer(which)) {
                List<Packet> packets = send(peer, first, 131);
                peer.assertReceivesRtp(packets.getFirst().plain, packets.getFirst().sealed);
                peer.assertReceivesRtp(packets.getLast().plain, packets.getLast().sealed);
                for (int i = 0; i <= 130 - REPLAY_WINDOW; i++) {
                    assertEquals(TOO_OLD, peer.unprotectRtp(packets.get(i).sealed));
                }
                for (int i = 129; i > 130 - REPLAY_WINDOW; i--) {
                    peer.assertReceivesRtp(packets.get(i).plain, packets.get(i).sealed);
                    assertEquals(REPLAYED, peer.unprotectRtp(packets.get(i).sealed));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldFollowTheRolloverWithLossAndReordering(Case which) {
        Random random = new Random(23);
        try (SrtpPeer peer = new SrtpPeer(which)) {
            // Three cycles in steps of up to 500 (most packets lost), some pairs swapped on the way.
            for (int index = 65_000; index < 3 * 65_536; index += 2 + random.nextInt(500)) {
                List<Packet> packets = send(peer, index, 2);
                if (random.nextBoolean()) {
                    Collections.reverse(packets);
                }
                for (Packet packet : packets) {
                    peer.assertReceivesRtp(packet.plain, packet.sealed);
                    assertEquals(REPLAYED, peer.unprotectRtp(packet.sealed));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldSurviveTheLossOfTheWholeWrap(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            List<Packet> packets = send(peer, 65_536 - 20_000, 40_000);
            peer.assertReceivesRtp(packets.getFirst().plain, packets.getFirst().sealed);
            peer.assertReceivesRtp(packets.get(30_000).plain, packets.get(30_000).sealed);
            peer.assertReceivesRtp(packets.getLast().plain, packets.getLast().sealed);
            assertEquals(TOO_OLD, peer.unprotectRtp(packets.get(20_500).sealed));
        }
    }

    /** A receiver whose first packet comes after a reordered start: there is no cycle before the first. */
    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldStayInTheFirstCycleAtTheStart(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            List<Packet> packets = send(peer, 0, 200);
            for (int i : new int[] {5, 0, 3, 1, 199, 72}) {
                peer.assertReceivesRtp(packets.get(i).plain, packets.get(i).sealed);
                assertEquals(REPLAYED, peer.unprotectRtp(packets.get(i).sealed));
            }
            assertEquals(TOO_OLD, peer.unprotectRtp(packets.get(71).sealed));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldTakeEachRtcpPacketOnceAndNoneBeforeTheWindow(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            List<byte[]> sealed = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                sealed.add(peer.protectRtcp(rtcp(SSRC, 40)));
            }
            assertFalse(Arrays.equals(sealed.get(0), sealed.get(1)));
            byte[] plain = rtcp(SSRC, 40);
            peer.assertReceivesRtcp(plain, sealed.get(150));
            assertEquals(TOO_OLD, peer.unprotectRtcp(sealed.get(150 - 128)));
            peer.assertReceivesRtcp(plain, sealed.get(150 - 127));
            peer.assertReceivesRtcp(plain, sealed.get(199));
            for (int i : new int[] {150, 199}) {
                assertEquals(REPLAYED, peer.unprotectRtcp(sealed.get(i)));
            }
            assertEquals(TOO_OLD, peer.unprotectRtcp(sealed.get(199 - 128)));
            peer.assertReceivesRtcp(plain, sealed.get(199 - 127));
        }
    }

    /** An index used twice would give away the keystream, so a sender may not repeat itself. */
    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldRefuseToProtectASequenceNumberTwice(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            send(peer, 65_500, 100);
            assertEquals(REPLAYED, peer.protectRtpCode(rtp(SSRC, 65_535, 20)));
            assertEquals(REPLAYED, peer.protectRtpCode(rtp(SSRC, 3, 20)));
            send(peer, 64, 100);
            assertEquals(TOO_OLD, peer.protectRtpCode(rtp(SSRC, 65_500, 20)));
        }
    }

    /** The rollover of what is sent follows the numbers given, late ones included: a retransmission of before the wrap. */
    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#cases")
    void shouldProtectLatePacketsOfTheCycleBefore(Case which) {
        try (SrtpPeer peer = new SrtpPeer(which)) {
            for (int sequenceNumber : new int[] {65_530, 65_533, 2, 65_531, 65_535, 0, 65_532, 1, 3}) {
                byte[] plain = rtp(SSRC, sequenceNumber, 20);
                peer.assertReceivesRtp(plain, peer.protectRtp(plain));
            }
        }
    }
}
