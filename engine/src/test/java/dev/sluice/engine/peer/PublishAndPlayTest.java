package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.RtcpReader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A publisher's packets on their way to players, in virtual time. */
class PublishAndPlayTest {
    private final Network network = new Network();

    @Test
    void shouldForwardSoundAtOnceAsOneContinuousStream() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.cycle();
        for (int i = 0; i < 10; i++) {
            assertEquals(0, publisher.sendRtp(Network.opus(65_530 + i & 0xffff, i * 960L), network.nowNs));
            network.pass(20);
        }
        List<RemotePeer.Received> sound = Network.of(player, 111);
        assertEquals(10, sound.size());
        for (int i = 0; i < 10; i++) {
            RemotePeer.Received packet = sound.get(i);
            assertEquals(5_001, packet.ssrc());
            assertEquals(sound.getFirst().sequence() + i & 0xffff, packet.sequence());
            assertEquals(sound.getFirst().timestamp() + i * 960L & 0xffff_ffffL, packet.timestamp());
            byte[] sent = Network.opus(65_530 + i & 0xffff, i * 960L);
            assertArrayEquals(
                    Arrays.copyOfRange(sent, 12, sent.length),
                    Arrays.copyOfRange(packet.bytes(), 12, packet.bytes().length));
        }
        assertTrue(sound.getFirst().sequence() < 1 << 15, "a lost first packet must not skew the rollover counter");
    }

    @Test
    void shouldStartPictureAtAKeyFrameAndAskForOne() {
        RemotePeer publisher = network.publisher();
        assertEquals(0, publisher.sendRtp(Network.vp8(1, 0, 1, false), network.nowNs));
        RemotePeer player = network.player();
        network.pass(10);
        publisher.sendRtp(Network.vp8(2, 3_000, 2, false), network.nowNs);
        network.pass(10);
        assertTrue(Network.of(player, 96).isEmpty());
        assertEquals(1, pliCount(publisher));

        publisher.sendRtp(Network.vp8(3, 6_000, 3, true), network.nowNs);
        publisher.sendRtp(Network.vp8(4, 9_000, 4, false), network.nowNs);
        network.pass(10);
        assertEquals(2, Network.of(player, 96).size());
    }

    @Test
    void shouldMergeKeyFrameRequestsAndNeverLoseOne() {
        RemotePeer publisher = network.publisher();
        publisher.sendRtp(Network.vp8(1, 0, 1, false), network.nowNs);
        for (int i = 0; i < 20; i++) {
            network.player();
            network.pass(50, publisher);
        }
        // One second, 20 newcomers, no key frame came: at most two a second, and still asking.
        assertTrue(pliCount(publisher) >= 2 && pliCount(publisher) <= 3, "PLIs " + pliCount(publisher));
        network.pass(1_000, publisher);
        assertTrue(pliCount(publisher) >= 4, "PLIs " + pliCount(publisher));

        publisher.sendRtp(Network.vp8(2, 90_000, 2, true), network.nowNs);
        int served = pliCount(publisher);
        network.pass(2_000, publisher);
        assertEquals(served, pliCount(publisher));
    }

    @Test
    void shouldPassAPlayersKeyFrameRequestOn() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        publisher.sendRtp(Network.vp8(1, 0, 1, true), network.nowNs);
        network.pass(600, publisher, player);
        int before = pliCount(publisher);

        assertEquals(0, player.sendPli(5_002, network.nowNs));
        network.pass(20);
        assertEquals(before + 1, pliCount(publisher));
    }

    @Test
    void shouldIgnoreKeyFrameRequestsForForeignSsrcs() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        publisher.sendRtp(Network.vp8(1, 0, 1, true), network.nowNs);
        network.pass(600, publisher, player);
        int before = pliCount(publisher);

        player.sendPli(Network.VIDEO_SSRC, network.nowNs);
        network.pass(600, publisher, player);
        assertEquals(before, pliCount(publisher));
    }

    @Test
    void shouldStayContinuousWhenThePublisherIsReplaced() {
        RemotePeer first = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        for (int i = 0; i < 5; i++) {
            first.sendRtp(Network.opus(100 + i, 50_000 + i * 960L), network.nowNs);
            first.sendRtp(Network.vp8(200 + i, 70_000 + i * 3_000L, 500 + i, i == 0), network.nowNs);
            network.pass(20, first, player);
        }
        RemotePeer second = network.publisher();
        network.pass(1_000, second, player);
        for (int i = 0; i < 5; i++) {
            second.sendRtp(Network.opus(60_000 + i, 7 + i * 960L), network.nowNs);
            second.sendRtp(Network.vp8(40_000 + i, 4_000_000_000L + i * 3_000L, 9 + i, i == 1), network.nowNs);
            network.pass(20, second, player);
        }

        List<RemotePeer.Received> sound = Network.of(player, 111);
        assertEquals(10, sound.size());
        assertContinuous(sound);
        // A second of silence is a second in the timestamps.
        long gap = sound.get(5).timestamp() - sound.get(4).timestamp() & 0xffff_ffffL;
        assertTrue(Math.abs(gap - 48_960) <= 960, "gap " + gap);

        List<RemotePeer.Received> picture = Network.of(player, 96);
        assertEquals(9, picture.size(), "the new picture starts at its key frame");
        assertContinuous(picture);
        for (int i = 1; i < picture.size(); i++) {
            assertEquals(pictureId(picture.get(i - 1)) + 1, pictureId(picture.get(i)));
        }
    }

    @Test
    void shouldMakeANewPublicationWhenAnSsrcIsReplacedAfterSilence() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        publisher.sendRtp(Network.opus(1, 960), network.nowNs);
        network.pass(100, publisher, player);

        byte[] other = Network.rtp(111, 7, 5, 999, false, (byte) 1);
        assertEquals(DropReason.RTP_UNKNOWN_SSRC.code(), publisher.sendRtp(other, network.nowNs));

        network.pass(2_500, publisher, player);
        byte[] again = Network.rtp(111, 8, 965, 999, false, (byte) 1);
        assertEquals(0, publisher.sendRtp(again, network.nowNs));
        assertEquals(1, network.sink.republished);
        network.stream.publish(publisher.peer.publisher().publication());
        network.pass(10);
        publisher.sendRtp(Network.rtp(111, 9, 1_925, 999, false, (byte) 1), network.nowNs);
        network.pass(10);
        assertContinuous(Network.of(player, 111));
        assertEquals(2, Network.of(player, 111).size());
    }

    @Test
    void shouldKeepAnUnservedKeyFrameRequestWhenAnotherTracksSsrcChanges() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        publisher.sendRtp(Network.opus(1, 960), network.nowNs);
        publisher.sendRtp(Network.vp8(1, 0, 1, true), network.nowNs);
        network.pass(3_000, publisher, player);
        // Two requests at once: the second waits for its turn while the sound's SSRC changes.
        player.sendPli(5_002, network.nowNs);
        network.pass(10);
        player.sendPli(5_002, network.nowNs);
        int before = pliCount(publisher);
        publisher.sendRtp(Network.rtp(111, 8, 965, 999, false, (byte) 1), network.nowNs);
        assertEquals(1, network.sink.republished);
        network.stream.publish(publisher.peer.publisher().publication());
        network.pass(1_000, publisher, player);
        assertTrue(pliCount(publisher) > before, "the request was lost");
    }

    @Test
    void shouldLetUnchangedTracksGoOnWhenThePublisherRenegotiates() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        publisher.sendRtp(Network.vp8(1, 0, 1, true), network.nowNs);
        network.pass(600, publisher, player);
        int before = pliCount(publisher);
        publisher.peer.publisher().renegotiate(List.of(Network.video()), network.nowNs);
        network.stream.publish(publisher.peer.publisher().publication());
        network.pass(10);
        publisher.sendRtp(Network.vp8(2, 3_000, 2, false), network.nowNs);
        network.pass(600, publisher, player);
        assertEquals(2, Network.of(player, 96).size());
        assertEquals(before, pliCount(publisher));
        assertContinuous(Network.of(player, 96));
    }

    @Test
    void shouldReportToBothSidesEverySecond() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        for (int i = 0; i < 150; i++) {
            publisher.sendRtp(Network.opus(i, i * 960L), network.nowNs);
            network.pass(20, publisher, player);
        }
        long reports = player.rtcpKinds.stream()
                .filter(kind -> kind == RtcpReader.SENDER_REPORT)
                .count();
        assertTrue(reports >= 2 && reports <= 3, "sender reports " + reports);
        long receiverReports = publisher.rtcpKinds.stream()
                .filter(kind -> kind == RtcpReader.RECEIVER_REPORT)
                .count();
        assertTrue(receiverReports >= 2, "receiver reports " + receiverReports);
    }

    @Test
    void shouldSayGoodbyeWhenAPlayerIsClosed() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        publisher.sendRtp(Network.opus(1, 960), network.nowNs);
        network.pass(20);
        player.peer.requestClose();
        network.pass(20);

        assertEquals(PeerEnd.ASKED, network.sink.ended.get(player.peer));
        assertTrue(player.rtcpKinds.contains(RtcpReader.BYE));
        assertTrue(player.dtls.closed);
    }

    private static void assertContinuous(List<RemotePeer.Received> packets) {
        for (int i = 1; i < packets.size(); i++) {
            assertEquals(
                    packets.get(i - 1).sequence() + 1 & 0xffff, packets.get(i).sequence(), "sequence at " + i);
            long step = (int) (packets.get(i).timestamp() - packets.get(i - 1).timestamp());
            assertTrue(step > 0, "timestamp step " + step + " at " + i);
        }
    }

    private static int pictureId(RemotePeer.Received packet) {
        return (packet.bytes()[14] & 0x7f) << 8 | packet.bytes()[15] & 0xff;
    }

    private static int pliCount(RemotePeer publisher) {
        return (int) publisher.rtcpKinds.stream()
                .filter(kind -> kind == RtcpReader.PLI)
                .count();
    }
}
