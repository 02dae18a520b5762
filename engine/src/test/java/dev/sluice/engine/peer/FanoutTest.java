package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.rtcp.RtcpWriter;
import dev.sluice.engine.rtp.ExtensionType;
import dev.sluice.engine.sdp.HeaderExtensions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When and in what order players get what is new, in virtual time. */
class FanoutTest {
    private static final long MS = 1_000_000L;

    private final Network network = new Network();
    private int sequence;

    /** One packet of a VP8 frame; the first of a key frame starts it. */
    private void video(RemotePeer publisher, long timestamp, boolean keyFrame, boolean marker, int payloadBytes) {
        byte[] whole = Network.vp8(sequence, timestamp, 1, keyFrame);
        byte[] payload = Arrays.copyOf(Arrays.copyOfRange(whole, 12, whole.length), payloadBytes);
        byte[] packet = Network.rtp(96, sequence++, timestamp, Network.VIDEO_SSRC, marker, payload);
        assertEquals(0, publisher.sendRtp(packet, network.nowNs));
    }

    private RemotePeer watched(RemotePeer publisher) {
        RemotePeer player = network.player();
        network.cycle();
        video(publisher, 0, true, true, 100);
        network.cycle();
        assertEquals(1, player.rtp.size());
        player.rtp.clear();
        return player;
    }

    private static List<Integer> sizes(RemotePeer player) {
        return player.rtp.stream().map(packet -> packet.bytes().length).toList();
    }

    @Test
    void shouldHoldAFrameUntilItsMarker() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = watched(publisher);
        for (int i = 0; i < 3; i++) {
            video(publisher, 3_000, false, i == 2, 100);
            assertEquals(0, player.rtp.size());
            network.nowNs += MS / 5;
            network.cycle();
        }
        assertEquals(3, player.rtp.size());
        assertEquals(player.rtp.getFirst().atNs(), player.rtp.getLast().atNs(), "one run");
    }

    @Test
    void shouldHoldNoLongerThanFiveMilliseconds() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = watched(publisher);
        video(publisher, 3_000, false, false, 100);
        network.nowNs += 3 * MS;
        network.cycle();
        assertEquals(0, player.rtp.size());
        assertEquals(2 * MS, publisher.peer.publisher().holdLeftNs(network.nowNs));
        video(publisher, 3_000, false, false, 100);
        network.nowNs += 2 * MS;
        network.cycle();
        assertEquals(2, player.rtp.size());
        assertEquals(Long.MAX_VALUE, publisher.peer.publisher().holdLeftNs(network.nowNs));
    }

    @Test
    void shouldNotHoldSoundWhileAFrameIsHeld() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = watched(publisher);
        video(publisher, 3_000, false, false, 100);
        publisher.sendRtp(Network.opus(1, 960), network.nowNs);
        network.cycle();
        assertEquals(1, player.rtp.size());
        assertEquals(111, player.rtp.getFirst().payloadType());
    }

    @Test
    void shouldSendPacketsAsTheyComeWhileAPlayersReportsShowLoss() {
        RemotePeer publisher = network.publisher();
        RemotePeer narrow = watched(publisher);
        RemotePeer wide = network.player();
        network.cycle();
        assertEquals(0, narrow.sendRtcp(receiverReport(13), network.nowNs));
        video(publisher, 3_000, true, true, 100);
        network.cycle();
        narrow.rtp.clear();
        wide.rtp.clear();

        video(publisher, 6_000, false, false, 100);
        network.cycle();
        assertEquals(1, narrow.rtp.size());
        assertEquals(0, wide.rtp.size());
        video(publisher, 6_000, false, true, 100);
        network.cycle();
        assertEquals(2, narrow.rtp.size());
        assertEquals(2, wide.rtp.size());

        network.pass(10_500, publisher, narrow, wide);
        video(publisher, 9_000, false, true, 100);
        network.cycle();
        video(publisher, 12_000, false, false, 100);
        network.cycle();
        assertEquals(3, narrow.rtp.size(), "wide again after ten seconds without a sign");
    }

    @Test
    void shouldMoveAllPlayersWhoseWaysBecomeNarrowTogether() {
        RemotePeer publisher = network.publisher();
        List<RemotePeer> players = Stream.generate(network::player).limit(10).toList();
        network.cycle();
        video(publisher, 0, true, true, 100);
        network.cycle();
        for (RemotePeer player : players) {
            assertEquals(0, player.sendRtcp(receiverReport(13), network.nowNs));
        }
        video(publisher, 3_000, false, true, 100);
        network.cycle();
        video(publisher, 6_000, false, false, 100);
        network.cycle();
        for (RemotePeer player : players) {
            assertEquals(3, player.rtp.size(), "the third as it came");
        }
    }

    @Test
    void shouldNotTakeItsOwnLatenessForAQueue() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = watched(publisher);
        assertEquals(0, player.sendRtcp(roundTrip(1), network.nowNs));
        network.sink.lateNs = 50 * MS;
        assertEquals(0, player.sendRtcp(roundTrip(60), network.nowNs));
        assertTrue(player.peer.player().takesWholeFrames(network.nowNs));
        network.sink.lateNs = 5 * MS;
        assertEquals(0, player.sendRtcp(roundTrip(60), network.nowNs));
        assertFalse(player.peer.player().takesWholeFrames(network.nowNs));
    }

    /** A receiver report that echoes a sender report of so long ago. */
    private byte[] roundTrip(int ms) {
        byte[] report = receiverReport(0);
        NtpTime clock = new NtpTime(Network.UNIX_NS, Network.START_NS);
        long echoed = NtpTime.compact(clock.at(network.nowNs - ms * MS));
        MemorySegment.ofArray(report)
                .set(ValueLayout.JAVA_INT_UNALIGNED, report.length - 8, Integer.reverseBytes((int) echoed));
        return report;
    }

    /** That each player's packets are stamped by the time they leave, not by the time of the first one's. */
    @Test
    void shouldGoByTheTimeThatOthersPacketsTook() {
        RemotePeer publisher = network.publisher();
        HeaderExtensions ids = HeaderExtensions.of(Map.of(ExtensionType.ABS_SEND_TIME, 3));
        List<RemotePeer> players = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RemotePeer player = network.addPlayer(network.stream, ids);
            player.connect(network.nowNs);
            players.add(player);
        }
        network.cycle();
        video(publisher, 0, true, true, 100);
        network.cycle();
        network.sink.runNs = 10 * MS;
        video(publisher, 3_000, false, true, 100);
        network.cycle();
        for (int i = 0; i < 2; i++) {
            // 24 bits, of which 18 are fractions of a second.
            int apart = Math.abs(absSendTime(players.get(i + 1)) - absSendTime(players.get(i)));
            assertEquals(10, apart * 1_000.0 / (1 << 18), 0.1);
        }
    }

    private static int absSendTime(RemotePeer player) {
        MemorySegment packet = MemorySegment.ofArray(player.rtp.getLast().bytes());
        assertEquals(3 << 4 | 2, Bytes.u8(packet, 16), "the one element");
        return Bytes.u8(packet, 17) << 16 | Bytes.u16(packet, 18);
    }

    private static byte[] receiverReport(int fractionLost) {
        MemorySegment packet = MemorySegment.ofArray(new byte[64]);
        int headBytes = RtcpWriter.writeReceiverReport(packet, 0, 7, 1);
        // RFC 3550 section 6.4.1: the block's SSRC, then the share of packets lost.
        packet.set(ValueLayout.JAVA_INT_UNALIGNED, headBytes, Integer.reverseBytes(5_002));
        packet.set(ValueLayout.JAVA_BYTE, headBytes + 4, (byte) fractionLost);
        return packet.asSlice(0, headBytes + 24).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void shouldPadPacketsOfAFrameThatAreAByteShorterThanItsLongest() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = watched(publisher);
        for (int size : new int[] {1_100, 1_100, 1_101, 1_101, 900}) {
            video(publisher, 3_000, false, size == 900, size);
        }
        network.cycle();
        assertEquals(List.of(1_113, 1_113, 1_113, 1_113, 912), sizes(player));
        byte[] padded = player.rtp.getFirst().bytes();
        assertEquals(0xb0, padded[0] & 0xf0 | 0x10, "padding bit");
        assertEquals(1, padded[1_112], "one byte of padding");
        byte[] plain = player.rtp.get(2).bytes();
        assertEquals(0, plain[0] & 0x20);
        assertArrayEquals(Arrays.copyOfRange(plain, 20, 1_000), Arrays.copyOfRange(padded, 20, 1_000));
    }

    @Test
    void shouldLeavePacketsOfOtherSizesAsTheyAre() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = watched(publisher);
        for (int size : new int[] {30, 1_100, 1_101, 400}) {
            video(publisher, 3_000, false, size == 400, size);
        }
        network.cycle();
        assertEquals(List.of(42, 1_113, 1_113, 412), sizes(player));
    }

    @Test
    void shouldTellReadersOfWholeFramesOnceForEach() {
        RemotePeer publisher = network.publisher();
        int[] told = new int[2];
        News[] news = {new News(), new News()};
        network.stream.addReader(new PlayerGroup(network.stream, true, 0, new TestSink(), news[0]), true);
        network.stream.addReader(new PlayerGroup(network.stream, false, 0, new TestSink(), news[1]), false);
        for (int i = 0; i < 10; i++) {
            video(publisher, 3_000, i == 0, i == 9, 100);
            publisher.peer.publisher().tellReaders(network.nowNs);
            for (int reader = 0; reader < 2; reader++) {
                told[reader] += news[reader].isEmpty() ? 0 : 1;
                news[reader].take(new Fanout(new TestSink()));
            }
        }
        assertEquals(1, told[0]);
        assertEquals(10, told[1]);
    }

    @Test
    void shouldRingALoopOnceUntilItLooks() {
        RemotePeer publisher = network.publisher();
        RemotePeer here = watched(publisher);
        int ringsBefore = network.sink.rings;
        TestSink other = new TestSink();
        News news = new News();
        PlayerGroup there = new PlayerGroup(network.stream, false, 0, other, news);
        network.stream.addReader(there, false);
        for (int turn = 1; turn <= 3; turn++) {
            for (int i = 0; i < 10; i++) {
                video(publisher, 3_000L * turn, false, i == 9, 100);
                publisher.peer.publisher().tellReaders(network.nowNs);
            }
            assertEquals(turn, other.rings);
            news.take(other.fanout);
        }
        network.cycle();
        assertEquals(30, here.rtp.size());
        assertEquals(ringsBefore, network.sink.rings, "the writer's own loop is awake");
    }

    /** The socket is full before the second stream's turn: nothing new has to come for its players to have theirs. */
    @Test
    void shouldForgetNobodyWhenTheSocketIsFull() {
        List<RemotePeer> publishers = new ArrayList<>();
        List<RemotePeer> players = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            LiveStream stream = new LiveStream("stream" + i);
            publishers.add(network.publisher(stream));
            players.add(network.player(stream));
            players.add(network.player(stream));
        }
        network.cycle();
        for (RemotePeer publisher : publishers) {
            video(publisher, 0, true, true, 100);
            publisher.peer.publisher().tellReaders(network.nowNs);
        }
        network.sink.runsUntilFull = 1;
        network.sink.fanout.run(network.nowNs, network.sink);
        network.sink.flush();
        assertEquals(1, players.stream().mapToInt(player -> player.rtp.size()).sum());
        assertTrue(network.sink.fanout.hasWork());
        network.sink.runsUntilFull = Integer.MAX_VALUE;
        network.sink.fanout.run(network.nowNs, network.sink);
        network.sink.flush();
        players.forEach(player -> assertEquals(1, player.rtp.size()));
        assertFalse(network.sink.fanout.hasWork());
    }

    @Test
    void shouldServeASmallStreamInTheRunInWhichAHotOneSpendsItsShare() {
        RemotePeer hot = network.publisher();
        for (int i = 0; i < 40; i++) {
            network.player();
        }
        LiveStream small = new LiveStream("small");
        RemotePeer smallPublisher = network.publisher(small);
        RemotePeer smallPlayer = network.player(small);
        network.cycle();
        for (int i = 0; i < 60; i++) {
            video(hot, 3_000, i == 0, i == 59, 100);
        }
        smallPublisher.sendRtp(Network.opus(1, 0), network.nowNs);
        hot.peer.publisher().tellReaders(network.nowNs);
        smallPublisher.peer.publisher().tellReaders(network.nowNs);

        int sent = network.sink.fanout.run(network.nowNs, network.sink);
        assertTrue(sent < 2 * PlayerGroup.VISIT_PACKETS, () -> "one visit, not all 2,400: " + sent);
        network.sink.flush();
        assertEquals(1, smallPlayer.rtp.size());

        while (network.sink.fanout.hasWork()) {
            network.sink.fanout.run(network.nowNs, network.sink);
            network.sink.flush();
        }
        for (RemotePeer remote : network.remotes) {
            if (remote.peer.player() != null) {
                assertEquals(remote == smallPlayer ? 1 : 60, remote.rtp.size());
            }
        }
    }

    @Test
    void shouldReadTheSocketBetweenRunsOfManyHotStreamsAndServeThemInTurn() {
        List<RemotePeer> publishers = new ArrayList<>();
        List<RemotePeer> players = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            LiveStream stream = new LiveStream("hot" + i);
            publishers.add(network.publisher(stream));
            for (int player = 0; player < 20; player++) {
                players.add(network.player(stream));
            }
        }
        network.cycle();
        for (RemotePeer publisher : publishers) {
            for (int i = 0; i < 50; i++) {
                video(publisher, 3_000, i == 0, i == 49, 100);
            }
            publisher.peer.publisher().tellReaders(network.nowNs);
        }
        int sent = network.sink.fanout.run(network.nowNs, network.sink);
        assertTrue(sent < Fanout.RUN_PACKETS + PlayerGroup.VISIT_PACKETS, () -> "a share of 10,000: " + sent);
        while (network.sink.fanout.hasWork()) {
            network.sink.fanout.run(network.nowNs, network.sink);
        }
        network.sink.flush();
        for (RemotePeer player : players) {
            assertEquals(50, player.rtp.size());
        }
    }

    @Test
    void shouldGoOnLiveAndAskForAKeyFrameWhenAPlayerIsASecondLate() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = watched(publisher);
        int requests = publisher.rtcpKinds.size();
        video(publisher, 3_000, false, true, 100);
        network.nowNs += 1_100 * MS;
        network.cycle();
        assertEquals(0, player.rtp.size());
        assertEquals(1, network.sink.drops.get(DropReason.LAPPED));
        network.pass(600, publisher, player);
        assertTrue(publisher.rtcpKinds.size() > requests);
    }
}
