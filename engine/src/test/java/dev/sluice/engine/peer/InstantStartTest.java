package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtp.PacketLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Players that come while a stream runs, in virtual time: what they see first, and what it costs the publisher. */
class InstantStartTest {
    private static final long MS = 1_000_000L;
    private static final int FRAME_MS = 30;
    private static final int FRAME = 90 * FRAME_MS;

    private final Network network = new Network();
    private final RemotePeer publisher = network.publisher();
    private int frames;

    /** One frame of several packets each 30 ms, every {@code keyFrameEvery}th a key frame; 0 for none. */
    private void stream(int count, int keyFrameEvery, RemotePeer... alive) {
        for (int i = 0; i < count; i++) {
            frame(keyFrameEvery != 0 && i % keyFrameEvery == 0, 3);
            network.pass(FRAME_MS, alive);
        }
    }

    private void frame(boolean key, int packets) {
        for (int i = 0; i < packets; i++) {
            assertEquals(0, publisher.sendRtp(packet(key, i, packets), network.nowNs));
        }
        frames++;
    }

    private int sequence = 1_000;

    private byte[] packet(boolean key, int index, int packets) {
        byte[] payload = new byte[1_000];
        // X, I with 15 bits; S in a frame's first packet (RFC 7741 section 4.2).
        payload[0] = (byte) (index == 0 ? 0x90 : 0x80);
        payload[1] = (byte) 0x80;
        payload[2] = (byte) (0x80 | frames >> 8);
        payload[3] = (byte) frames;
        if (index == 0) {
            byte[] head = {(byte) (key ? 0x10 : 0x11), 0, 0, (byte) 0x9d, 1, 0x2a, (byte) 0x80, 2, 0x68, 1};
            System.arraycopy(head, 0, payload, 4, head.length);
        }
        return Network.rtp(
                96, sequence++ & 0xffff, (long) frames * FRAME, Network.VIDEO_SSRC, index == packets - 1, payload);
    }

    private long liveTimestamp() {
        return (frames - 1L) * FRAME;
    }

    @Test
    void shouldShowTheLastSecondAtOnceAndAskForNothing() {
        stream(30, 30, publisher);
        RemotePeer player = network.player();
        network.pass(10, publisher, player);
        assertTrue(Network.of(player, 96).size() >= 3, "a whole key frame within the first cycles");

        stream(60, 0, publisher, player);
        List<RemotePeer.Received> picture = Network.of(player, 96);
        assertEquals(90 * 3, picture.size());
        assertContinuous(picture);
        assertEquals(0, pliCount());
        assertEquals(1, network.sink.counters().get(Counter.INSTANT_STARTS));
    }

    @Test
    void shouldStandAtLiveWithUntouchedTimestampsAfterTheBurst() {
        stream(40, 40, publisher);
        RemotePeer player = network.player();
        stream(100, 0, publisher, player);
        List<List<RemotePeer.Received>> shown = byTimestamp(Network.of(player, 96));
        assertEquals(140, shown.size());
        // At the end, timestamps go as the source's do, and each frame leaves when it comes.
        for (int i = 100; i < 140; i++) {
            long step = time(shown.get(i)) - time(shown.get(i - 1));
            assertEquals(FRAME, step);
        }
        // All along, what a timestamp says is at most a frame and 20 ms older than the time it is sent at, and never
        // newer.
        long liveShift = time(shown.getLast()) - liveTimestamp();
        long lastSentNs = shown.getLast().getFirst().atNs();
        for (List<RemotePeer.Received> frame : shown) {
            long sentAt = liveTimestamp() - (lastSentNs - frame.getFirst().atNs()) * 90 / MS;
            long error = time(frame) - liveShift - sentAt;
            assertTrue(error <= 900 && error >= -FRAME - 1_800 - 40, "error " + error);
        }
    }

    @Test
    void shouldNotReportATimeForThePictureDuringTheBurst() {
        stream(60, 60, publisher);
        RemotePeer player = network.player();
        int reports = 0;
        for (int i = 0; i < 50; i++) {
            stream(1, 0, publisher, player);
            reports = (int) player.rtcpKinds.stream()
                    .filter(kind -> kind == RtcpReader.SENDER_REPORT)
                    .count();
            if (player.peer.player().isCatchingUp()) {
                assertEquals(0, reports);
            }
        }
        assertTrue(reports > 0);
    }

    @Test
    void shouldBeginWithAnOldKeyFrameWhenThePublisherAnswersNoRequest() {
        stream(330, 330, publisher);
        RemotePeer player = network.player();
        stream(10, 0, publisher, player);
        assertEquals(1, pliCount());
        assertEquals(List.of(), Network.of(player, 96), "a key frame is worth waiting for");

        stream(110, 0, publisher, player);
        List<RemotePeer.Received> picture = Network.of(player, 96);
        assertEquals(450 * 3, picture.size());
        assertContinuous(picture);
        assertEquals(1, network.sink.counters().get(Counter.INSTANT_STARTS));
    }

    @Test
    void shouldLetNobodyWaitForAKeyFrameThatIsOverdue() {
        stream(330, 330, publisher);
        RemotePeer first = network.player();
        stream(25, 0, publisher, first);
        assertEquals(List.of(), Network.of(first, 96));
        RemotePeer second = network.player();
        stream(5, 0, publisher, first, second);
        assertTrue(Network.of(second, 96).size() > 3, "the first has waited for longer than a burst takes");
    }

    @Test
    void shouldAskOnceForAHundredNewcomersInASecond() {
        // Ten seconds since the key frame: a burst would take longer than the publisher to make one.
        stream(330, 330, publisher);
        List<RemotePeer> players = new ArrayList<>();
        boolean asked = false;
        for (int i = 0; i < 100; i++) {
            players.add(network.player());
            network.pass(10, publisher);
            if (i % 3 == 2) {
                // A publisher near by, which answers with its next frame.
                boolean answers = !asked && pliCount() == 1;
                asked |= answers;
                frame(answers, 3);
            }
        }
        stream(20, 0, publisher);
        assertEquals(1, pliCount());
        for (RemotePeer player : players) {
            assertContinuous(Network.of(player, 96));
            assertTrue(!Network.of(player, 96).isEmpty());
        }
    }

    @Test
    void shouldGoToANewKeyFrameInTheMiddleOfABurst() {
        stream(90, 90, publisher);
        RemotePeer player = network.player();
        network.pass(20, publisher, player);
        int before = Network.of(player, 96).size();
        assertTrue(before > 0 && before < 200, "packets " + before);
        stream(30, 30, publisher, player);
        List<RemotePeer.Received> picture = Network.of(player, 96);
        assertContinuous(picture);
        assertTrue(picture.size() < 150, "the rest of the burst was needless, " + picture.size());
        assertTrue(picture.size() >= before + 90);
    }

    @Test
    void shouldTakeNoLongerForThePlayersAtLiveWhileNewcomersCatchUp() {
        stream(2, 2, publisher);
        RemotePeer live = network.player();
        stream(60, 60, publisher, live);
        List<RemotePeer> newcomers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            newcomers.add(network.player());
        }
        int before = Network.of(live, 96).size();
        for (int i = 0; i < 20; i++) {
            frame(false, 3);
            publisher.peer.publisher().tellReaders(network.nowNs);
            network.sink.fanout.run(network.nowNs, network.sink);
            network.sink.flush();
            assertEquals(before + 3 * (i + 1), Network.of(live, 96).size(), "at once, whatever others get");
            network.pass(FRAME_MS, publisher);
        }
        for (RemotePeer newcomer : newcomers) {
            assertContinuous(Network.of(newcomer, 96));
        }
    }

    @Test
    void shouldBeginWithTheNewPublishersKeyFrameThatCameBeforeThePlayersNoticed() {
        RemotePeer player = network.player();
        stream(30, 30, publisher, player);
        int asked = pliCount();
        RemotePeer second = secondPublisher();
        second.sendRtp(Network.vp8(1, 50_000, 1, true), network.nowNs);
        second.sendRtp(Network.vp8(2, 50_000 + FRAME, 2, false), network.nowNs + 20 * MS);
        network.pass(40, second, player);
        int before = Network.of(player, 96).size();
        network.stream.publish(second.peer.publisher().publication());
        network.pass(10, second, player);
        second.sendRtp(Network.vp8(3, 50_000 + 2 * FRAME, 3, false), network.nowNs);
        network.pass(10, second, player);
        assertEquals(before + 3, Network.of(player, 96).size());
        assertContinuous(Network.of(player, 96));
        assertEquals(asked, pliCount());
        assertEquals(
                0,
                second.rtcpKinds.stream().filter(kind -> kind == RtcpReader.PLI).count());
    }

    /** The burst's clock is about the publisher that goes: what the next one sends keeps its own steps. */
    @Test
    void shouldForgetTheBurstsClockWhenAnotherPublisherComesInTheMiddleOfIt() {
        stream(90, 90, publisher);
        RemotePeer player = network.player();
        network.pass(20, publisher, player);
        assertTrue(player.peer.player().isCatchingUp());
        RemotePeer second = secondPublisher();
        network.stream.publish(second.peer.publisher().publication());
        network.pass(10, second, player);
        int before = Network.of(player, 96).size();
        for (int i = 0; i < 20; i++) {
            second.sendRtp(Network.vp8(1 + i, 50_000 + i * FRAME, 1 + i, i == 0), network.nowNs);
            network.pass(FRAME_MS, second, player);
        }
        List<RemotePeer.Received> picture =
                Network.of(player, 96).subList(before, Network.of(player, 96).size());
        assertEquals(20, picture.size());
        for (int i = 1; i < picture.size(); i++) {
            assertEquals(FRAME, picture.get(i).timestamp() - picture.get(i - 1).timestamp(), "frame " + i);
        }
    }

    /** A loop with too much to do: its turns come so late that a burst's pieces never reach live. */
    private void turnsComeLate(int turns, int keyFrameIn) {
        for (int turn = 0; turn < turns; turn++) {
            for (int i = 0; i < 4; i++) {
                frame(turn == keyFrameIn && i == 3, 6);
                network.nowNs += FRAME_MS * MS;
            }
            publisher.peer.publisher().tellReaders(network.nowNs);
            network.sink.fanout.run(network.nowNs, network.sink);
            network.sink.flush();
        }
    }

    /** The key frame that has just left is none that what follows can be shown with. */
    @Test
    void shouldAskForAKeyFrameWhenABurstThatTookTooLongHadJustBegunAnew() {
        stream(60, 60, publisher);
        RemotePeer player = network.player();
        int asked = pliCount();
        turnsComeLate(30, 24);
        assertTrue(!player.peer.player().isCatchingUp(), "given up");
        stream(10, 0, publisher, player);
        assertTrue(pliCount() > asked, "asked");
        int before = Network.of(player, 96).size();
        stream(10, 10, publisher, player);
        assertEquals(before + 30, Network.of(player, 96).size());
    }

    /** Its budget of requests may be used up when it needs one most. */
    @Test
    void shouldAskOnceMoreWhenARequestWasRefusedAndNoPictureIsThere() {
        stream(60, 60, publisher);
        RemotePeer player = network.player();
        turnsComeLate(22, -1);
        for (int i = 0; i < 6; i++) {
            player.sendPli(5_002, network.nowNs);
        }
        turnsComeLate(8, 2);
        int asked = pliCount();
        stream(100, 0, publisher, player);
        assertTrue(pliCount() > asked, "when the budget allows it");
        int before = Network.of(player, 96).size();
        stream(10, 10, publisher, player);
        assertEquals(before + 30, Network.of(player, 96).size());
    }

    @Test
    void shouldChooseByWhatIsSoonerAtLive() {
        long ms = MS;
        assertEquals(InstantStart.BURST, InstantStart.choose(60 * ms, 80 * ms, false));
        assertEquals(InstantStart.BURST | InstantStart.REQUEST, InstantStart.choose(120 * ms, 80 * ms, false));
        assertEquals(InstantStart.REQUEST, InstantStart.choose(120 * ms, 40 * ms, false), "it will be here at once");
        assertEquals(InstantStart.REQUEST, InstantStart.choose(600 * ms, 80 * ms, false));
        assertEquals(InstantStart.BURST, InstantStart.choose(600 * ms, 80 * ms, true), "one must be spared");
        assertEquals(InstantStart.REQUEST, InstantStart.choose(Long.MAX_VALUE, 80 * ms, true));
    }

    @Test
    void shouldReckonWithDecodingAndTheWay() {
        long pixels = 640 * 360;
        long wide = Long.MAX_VALUE;
        assertTrue(InstantStart.burstNs(100_000, 60, pixels, wide, 1_000_000) < 80 * MS);
        assertTrue(InstantStart.burstNs(100_000, 300, pixels, wide, 1_000_000) > 300 * MS);
        assertTrue(InstantStart.burstNs(1_000_000, 60, pixels, 10_000_000, 1_000_000) > 1_000 * MS);
        assertEquals(wide, InstantStart.burstNs(1_000, 1, pixels, 1_000_000, 2_000_000), "it would never get there");
        assertEquals(30_000_000, InstantStart.rateBps(0, wide, 1_000_000));
        assertEquals(8_000_000, InstantStart.rateBps(InstantStart.FIRST_BYTES, wide, 1_000_000));
        assertEquals(8_000_000, InstantStart.rateBps(0, 10_000_000, 1_000_000));
    }

    @Test
    void shouldMeasureHowLongThePublisherTakesForAKeyFrame() {
        KeyFrameTimes times = new KeyFrameTimes();
        times.onConnected(100 * MS);
        assertEquals(130 * MS, times.answerNs(network.nowNs));
        times.onKeyFrame(1_000 * MS);
        assertEquals(130 * MS, times.answerNs(network.nowNs), "nobody had asked");
        times.onRequestSent(2_000 * MS);
        times.onRequestSent(2_500 * MS);
        assertEquals(550 * MS, times.answerNs(2_550 * MS), "it takes no less than has passed");
        times.onKeyFrame(2_600 * MS);
        assertEquals(600 * MS, times.answerNs(network.nowNs));
        assertTrue(times.answeredWithin(2_000 * MS, 4_000 * MS));
        assertTrue(!times.answeredWithin(2_000 * MS, 5_000 * MS));
    }

    @Test
    void shouldKnowTheNewestFramesArrivalAcrossTheClocksRange() {
        for (long nowNs : new long[] {-5, 5, 1L << 46, (1L << 46) + 7, Long.MAX_VALUE / 2}) {
            VideoFrames video = new VideoFrames();
            video.onPacket(0xffff_ff00L, true, nowNs - 3 * MS);
            long frame = video.newestFrame();
            assertEquals(0xffff_ff00L, VideoFrames.timestamp(frame));
            assertEquals(3 * MS, nowNs - VideoFrames.arrivalNs(frame, nowNs), 20_000);
        }
    }

    @Test
    void shouldWaitAtLiveWhenTheLogHasNoKeyFrameAnyMore() {
        PacketLog log = publisher.peer.publisher().publication().video().log();
        frame(true, 3);
        while (log.keyFramePosition() >= 0) {
            frame(false, 20);
        }
        RemotePeer player = network.player();
        network.pass(20, publisher, player);
        assertTrue(Network.of(player, 96).isEmpty());
        assertEquals(1, pliCount());
        stream(1, 1, publisher, player);
        assertEquals(3, Network.of(player, 96).size());
    }

    @Test
    void shouldAskByTheClockWhileThereArePlayers() {
        stream(1, 1, publisher);
        publisher.peer.publisher().want(new PublisherWishes(0, 0, Publisher.SILENCE_NS, 2_000 * MS));
        stream(200, 0, publisher);
        assertEquals(0, pliCount(), "nobody watches");
        RemotePeer player = network.player();
        network.pass(100, publisher, player);
        int before = pliCount();
        stream(70, 69, publisher, player);
        assertTrue(pliCount() <= before + 1);
        int asked = pliCount();
        stream(1, 1, publisher, player);
        stream(60, 0, publisher, player);
        assertEquals(asked, pliCount(), "not before its time");
        stream(20, 0, publisher, player);
        assertTrue(pliCount() > asked);
    }

    private static long time(List<RemotePeer.Received> frame) {
        return frame.getFirst().timestamp();
    }

    private static List<List<RemotePeer.Received>> byTimestamp(List<RemotePeer.Received> packets) {
        List<List<RemotePeer.Received>> result = new ArrayList<>();
        for (RemotePeer.Received packet : packets) {
            if (result.isEmpty() || time(result.getLast()) != packet.timestamp()) {
                result.add(new ArrayList<>());
            }
            result.getLast().add(packet);
        }
        return result;
    }

    private static void assertContinuous(List<RemotePeer.Received> packets) {
        for (int i = 1; i < packets.size(); i++) {
            RemotePeer.Received before = packets.get(i - 1);
            RemotePeer.Received packet = packets.get(i);
            assertEquals(before.sequence() + 1 & 0xffff, packet.sequence(), "sequence at " + i);
            int step = (int) (packet.timestamp() - before.timestamp());
            boolean frameEnds = (before.bytes()[1] & 0x80) != 0;
            assertTrue(frameEnds ? step > 0 : step == 0, "timestamp step " + step + " at " + i);
        }
    }

    /** Connected, and nobody's publisher yet. */
    private RemotePeer secondPublisher() {
        RemotePeer second = network.add(new Publisher(
                network.stream,
                List.of(Network.audio(), Network.video()),
                LogMemory.defaults(),
                network.sink,
                99,
                new byte[] {'s'},
                network.nowNs));
        second.connect(network.nowNs);
        return second;
    }

    private int pliCount() {
        return (int) publisher.rtcpKinds.stream()
                .filter(kind -> kind == RtcpReader.PLI)
                .count();
    }
}
