package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.congestion.SendSideEstimator;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.RtcpWriter;
import dev.sluice.engine.sdp.HeaderExtensions;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A player's way, learned from its feedback, and what is sent on it; all of it through SRTP and RTCP as on the wire. */
class PlayerWayTest {
    private static final long MS = 1_000_000L;

    @Test
    void shouldNumberAllPacketsInARowWhenThePlayerAgreed() {
        NarrowWay way = new NarrowWay(1_000_000, 10_000_000);
        way.run(3_000);
        int next = NarrowWay.number(way.player.rtp.getFirst().bytes());
        for (RemotePeer.Received packet : way.player.rtp) {
            assertEquals(next, NarrowWay.number(packet.bytes()));
            next = next + 1 & 0xffff;
        }
        assertTrue(way.player.rtp.stream().anyMatch(packet -> packet.payloadType() == 111));
        assertTrue(way.player.rtp.stream().anyMatch(packet -> packet.payloadType() == 96));
    }

    @Test
    void shouldFindThatTheWayIsWideAndSendWholeFramesWhenItIs() {
        NarrowWay way = new NarrowWay(1_000_000, 20_000_000);
        assertEquals(SendSideEstimator.UNKNOWN, way.side().estimateBps());
        way.run(8_000);
        assertTrue(way.side().estimateBps() >= 2_400_000, () -> "" + way.side().estimateBps());
        assertTrue(way.side().takesWholeFrames(way.network.nowNs));
        way.queueNs.clear();
        int before = way.player.rtp.size();
        way.run(2_000);
        List<RemotePeer.Received> video = way.player.rtp.subList(before, way.player.rtp.size()).stream()
                .filter(packet -> packet.payloadType() == 96)
                .toList();
        long moments =
                video.stream().mapToLong(RemotePeer.Received::atNs).distinct().count();
        assertTrue(moments <= 2_000 / 33 + 2, "sent at " + moments + " moments");
    }

    /** Probes leave the stream's own numbers alone, so that what comes late keeps its place. */
    @Test
    void shouldProbeBesideTheStreamWhereThereAreRetransmissions() {
        NarrowWay way = new NarrowWay(1_000_000, 5_000_000);
        way.run(8_000);
        List<RemotePeer.Received> video = Network.of(way.player, 96);
        for (int i = 1; i < video.size(); i++) {
            assertEquals(video.get(i - 1).sequence() + 1 & 0xffff, video.get(i).sequence());
        }
        List<RemotePeer.Received> probes = Network.of(way.player, Network.RTX_TYPE);
        assertTrue(probes.size() > 0 && probes.size() < 400, "probes " + probes.size());
        for (int i = 1; i < probes.size(); i++) {
            byte[] packet = probes.get(i).bytes();
            assertEquals(5_003, probes.get(i).ssrc());
            assertEquals(
                    probes.get(i - 1).sequence() + 1 & 0xffff, probes.get(i).sequence());
            assertEquals(255, packet[packet.length - 1] & 0xff, "padding and nothing else");
        }
    }

    /** Between frames, numbered in the stream's own sequence: a receiver finds no gap. */
    @Test
    void shouldKeepTheSequenceWholeWhenItProbesWithoutRetransmissions() {
        Network network = new Network();
        network.playerRtxType = -1;
        NarrowWay way = new NarrowWay(network, 1_000_000, 5_000_000);
        way.run(8_000);
        List<RemotePeer.Received> video = Network.of(way.player, 96);
        int paddings = 0;
        for (int i = 1; i < video.size(); i++) {
            assertEquals(video.get(i - 1).sequence() + 1 & 0xffff, video.get(i).sequence());
            byte[] before = video.get(i - 1).bytes();
            if (isPadding(video.get(i))) {
                paddings++;
                assertTrue(isPadding(video.get(i - 1)) || (before[1] & 0x80) != 0, "padding in the middle of a frame");
                assertEquals(video.get(i - 1).timestamp(), video.get(i).timestamp());
            }
        }
        assertTrue(paddings > 0 && paddings < 400, "paddings " + paddings);
    }

    @Test
    void shouldLeaveTheStreamAloneWhenItProbesBesideIt() {
        NarrowWay way = new NarrowWay(1_000_000, 5_000_000);
        way.run(8_000);
        List<RemotePeer.Received> video = Network.of(way.player, 96);
        for (int i = 1; i < video.size(); i++) {
            assertEquals(video.get(i - 1).sequence() + 1 & 0xffff, video.get(i).sequence());
        }
        assertTrue(video.stream().noneMatch(PlayerWayTest::isPadding));
        long paddings = way.player.rtp.stream().filter(PlayerWayTest::isPadding).count();
        assertTrue(paddings > 0 && paddings < 400, "paddings " + paddings);
    }

    private static boolean isPadding(RemotePeer.Received packet) {
        byte[] bytes = packet.bytes();
        return (bytes[0] & 0x20) != 0 && (bytes[bytes.length - 1] & 0xff) == 255;
    }

    @Test
    void shouldSpreadPicturesAndSendSoundAtOnceWhenTheWayIsNarrow() {
        NarrowWay way = new NarrowWay(1_500_000, 1_000_000);
        way.run(5_000);
        assertTrue(way.side().estimateBps() < 1_100_000, () -> "" + way.side().estimateBps());
        way.queueNs.clear();
        int before = way.player.rtp.size();
        way.run(5_000);
        List<RemotePeer.Received> sent = way.player.rtp.subList(before, way.player.rtp.size());
        // Bursts of 5 ms of one and a half times the estimate, a packet more, and what sound adds.
        for (RemotePeer.Received packet : sent) {
            long burst = sent.stream()
                    .filter(other -> other.payloadType() == 96 && other.atNs() == packet.atNs())
                    .mapToLong(other -> other.bytes().length)
                    .sum();
            assertTrue(burst <= 3 * 1_200, "burst of " + burst);
        }
        long sounds =
                sent.stream().filter(packet -> packet.payloadType() == 111).count();
        assertEquals(250, sounds, 2);
        assertTrue(way.queueMs(50) < 200 && way.queueMs(95) < 600, () -> way.queueMs(50) + " " + way.queueMs(95));
    }

    /** One layer of much more than an estimate begins with, whose rate is never the same, and jitter as a full Wi-Fi has it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldHoldNoPictureBackWhenTheWayIsWideAndJitters(long seed) {
        NarrowWay way = new NarrowWay(new Network(), 2_000_000, 1_000_000_000, seed);
        way.jitterMs = 15;
        Random swing = new Random(seed);
        for (int second = 0; second < 26; second++) {
            if (second == 6) {
                way.waitNs.clear();
            }
            way.streamBps = swing.nextInt(1_300_000, 2_700_000);
            way.run(1_000);
        }
        assertTrue(
                way.waitMs(95) < 50 && way.waitMs(100) < 200,
                () -> way.waitMs(50) + " " + way.waitMs(95) + " " + way.waitMs(100));
    }

    /** A NACK that is lost is asked again only after 100 ms: the feedback that tells of the same loss comes sooner. */
    @Test
    void shouldSendAgainWhatFeedbackMissesThoughNobodyAsks() {
        NarrowWay way = new NarrowWay(1_000_000, 20_000_000);
        way.run(10_000);
        assertEquals(0, way.network.sink.counters().get(Counter.RTP_RESENT), "while nothing is lost");
        way.lossPercent = 10;
        way.run(10_000);
        way.missing.clear();
        way.lostPackets = 0;
        long resentBefore = way.network.sink.counters().get(Counter.RTP_RESENT);
        way.run(20_000);
        long dueNs = way.network.nowNs - 500 * MS;
        long late = way.missing.values().stream().filter(atNs -> atNs < dueNs).count();
        assertTrue(way.lostPackets > 150, "lost " + way.lostPackets);
        assertTrue(late <= way.lostPackets / 100, late + " of " + way.lostPackets + " did not come again");
        long resent = way.network.sink.counters().get(Counter.RTP_RESENT) - resentBefore;
        // Twice each, and again for the one in a hundred of which both are lost; what arrived is left alone.
        assertTrue(resent < 2.2 * way.lostPackets, resent + " sent again for " + way.lostPackets);
        assertTrue(way.network.sink.counters().get(Counter.RTP_RESENT_UNASKED) > 150);
        assertEquals(0, way.network.sink.counters().get(Counter.NACKS_RECEIVED));
    }

    /** Its feedback is about packets of the picture that was, whose numbers mean others now. */
    @Test
    void shouldRepairNothingUnaskedOfAPictureThatLostItsNumbers() {
        NarrowWay way = new NarrowWay(1_000_000, 20_000_000);
        way.lossPercent = 10;
        way.run(10_000);
        long unasked = way.network.sink.counters().get(Counter.RTP_RESENT_UNASKED);
        assertTrue(unasked > 0);
        way.network.configure(way.side(), NarrowWay.IDS, HeaderExtensions.NONE);
        way.run(5_000);
        assertEquals(unasked, way.network.sink.counters().get(Counter.RTP_RESENT_UNASKED));
        assertFalse(way.player.peer.isEnded());
    }

    @Test
    void shouldTakeTheLatestRembWhenThatIsAllThePlayerSends() {
        Network network = new Network();
        network.publisher();
        RemotePeer player = network.player();
        assertEquals(SendSideEstimator.UNKNOWN, player.peer.player().estimateBps());
        sendRemb(player, 700_000, 5_002, network.nowNs);
        assertEquals(700_000, player.peer.player().estimateBps(), 10);
        sendRemb(player, 0, 5_001, network.nowNs);
        assertEquals(SendSideEstimator.MIN_BPS, player.peer.player().estimateBps());
        sendRemb(player, Long.MAX_VALUE, 5_002, network.nowNs);
        assertEquals(SendSideEstimator.MAX_BPS, player.peer.player().estimateBps());
        sendRemb(player, 300_000, 77, network.nowNs);
        assertEquals(SendSideEstimator.MAX_BPS, player.peer.player().estimateBps(), "of a stream it is not sent");
    }

    private static void sendRemb(RemotePeer player, long bps, long ssrc, long nowNs) {
        byte[] packet = new byte[24];
        RtcpWriter.writeRemb(MemorySegment.ofArray(packet), 0, 1, bps, new long[] {ssrc}, 1);
        assertEquals(0, player.sendRtcp(packet, nowNs));
    }

    /** Ten thousand made-up feedbacks a second: the player's own estimate stays in bounds, its neighbour notices nothing. */
    @Test
    void shouldKeepOthersAndItsBoundsWhenAPlayerForgesFeedback() {
        long seed = 17;
        Random random = new Random(seed);
        NarrowWay way = new NarrowWay(1_000_000, 20_000_000);
        RemotePeer neighbour = network(way).player();
        way.run(2_000);
        way.answers = false;
        int before = neighbour.rtp.size();
        int published = Network.of(neighbour, 111).size();
        for (int ms = 0; ms < 2_000; ms++) {
            for (int i = 0; i < 10; i++) {
                byte[] packet = new byte[20 + 4 * random.nextInt(200)];
                random.nextBytes(packet);
                packet[0] = (byte) 0x8f;
                packet[1] = (byte) 205;
                Arrays.fill(packet, 4, 8, (byte) 1);
                packet[2] = (byte) (packet.length / 4 - 1 >> 8);
                packet[3] = (byte) (packet.length / 4 - 1);
                way.player.sendRtcp(packet, network(way).nowNs);
            }
            way.run(1);
            long bps = way.side().estimateBps();
            assertTrue(bps >= SendSideEstimator.MIN_BPS, "seed " + seed);
            assertTrue(bps <= SendSideEstimator.MAX_BPS || bps == SendSideEstimator.UNKNOWN, "seed " + seed);
        }
        assertEquals(100, Network.of(neighbour, 111).size() - published, 1);
        assertTrue(neighbour.rtp.size() - before > 200);
        long padding = way.player.rtp.stream()
                .filter(packet -> (packet.bytes()[0] & 0x20) != 0)
                .mapToLong(packet -> packet.bytes().length)
                .sum();
        assertTrue(padding < 4_000 * 40, "padding " + padding);
        assertTrue(way.network.sink.drops.get(DropReason.FEEDBACK_OVER_BUDGET) > 19_000, "most of it unread");
        assertTrue(way.network.sink.drops.get(DropReason.RTCP_MALFORMED) > 0);
    }

    private static Network network(NarrowWay way) {
        return way.network;
    }

    @Test
    void shouldSendNoNumbersAndLearnNothingWhenThePlayerDidNotAgree() {
        Network network = new Network();
        network.publisher();
        RemotePeer player = network.player();
        network.pass(100);
        byte[] feedback = new byte[24];
        Arrays.fill(feedback, (byte) 1);
        feedback[0] = (byte) 0x8f;
        feedback[1] = (byte) 205;
        feedback[2] = 0;
        feedback[3] = 5;
        player.sendRtcp(feedback, network.nowNs);
        assertEquals(SendSideEstimator.UNKNOWN, player.peer.player().estimateBps());
        assertTrue(player.rtp.stream().noneMatch(packet -> (packet.bytes()[0] & 0x10) != 0));
        assertTrue(network.nowNs > 100 * MS);
    }
}
