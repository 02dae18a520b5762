package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.record.EventKind;
import dev.sluice.engine.record.EventRing;
import dev.sluice.engine.record.RecordedEvent;
import dev.sluice.engine.record.RecordedSession;
import dev.sluice.engine.record.RecordingFormatException;
import dev.sluice.engine.record.RecordingHead;
import dev.sluice.engine.record.RecordingWriter;
import dev.sluice.engine.record.StateImage;
import dev.sluice.engine.rtcp.RtcpWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was recorded of simulated sessions, from the middle on, through a file, and replayed. */
class SessionReplayTest {
    private static final int MUTATIONS = Integer.getInteger("sluice.mutations", 60);

    @TempDir
    Path folder;

    /** Records a publisher and a player, by one ring or as if on two loops. */
    private final class Recorder {
        private final EventRing ring = new EventRing(1 << 20);
        private final EventRing farRing = new EventRing(1 << 20);
        private final List<RecordedEvent> events = new ArrayList<>();
        private final StateImage image = PacketTap.newImage();
        private final Path file = folder.resolve("session.pcapng");
        private final Peer publisher;
        private final Peer player;
        private final boolean far;
        private final RecordingWriter writer;

        Recorder(RemotePeer publisher, RemotePeer player, boolean far) {
            this.publisher = publisher.peer;
            this.player = player == null ? null : player.peer;
            this.far = far;
            PacketTap.addTo(image, this.publisher);
            this.publisher.tap(new PacketTap(far ? farRing : ring, this.publisher, null, false));
            if (player == null) {
                image.add(null);
            } else {
                PacketTap.addTo(image, this.player);
                this.player.tap(new PacketTap(ring, this.player, this.publisher.publisher(), far));
            }
            try {
                writer = new RecordingWriter(
                        Files.newOutputStream(file),
                        new RecordingHead(
                                Map.of(
                                        SessionReplay.SESSION, player == null ? "publisher" : "player",
                                        SessionReplay.FAR, Boolean.toString(far),
                                        SessionReplay.VIDEO_LOG_BYTES, Integer.toString(LogMemory.VIDEO_BYTES),
                                        SessionReplay.AUDIO_LOG_BYTES, Integer.toString(LogMemory.AUDIO_BYTES),
                                        SessionReplay.PUBLISHER_SRTP, RemotePeer.PROFILE.name(),
                                        SessionReplay.PLAYER_SRTP, RemotePeer.PROFILE.name()),
                                List.of("a test"),
                                Network.UNIX_NS - Network.START_NS,
                                List.of(InetAddress.getLoopbackAddress()),
                                List.of(7000, 7001)));
                writer.image(image);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Between two steps of a simulation. */
        void drain() {
            RecordedEvent event;
            List<RecordedEvent> more = new ArrayList<>();
            while ((event = farRing.poll()) != null) {
                more.add(event);
            }
            while ((event = ring.poll()) != null) {
                more.add(event);
            }
            if (far) {
                more.sort(Comparator.comparingLong(RecordedEvent::atNs));
            }
            events.addAll(more);
            assertEquals(0, ring.missed() + farRing.missed());
        }

        /** Ends the recording; events that are not kept are left out of the file. */
        RecordedSession finish(Predicate<RecordedEvent> kept) throws IOException {
            publisher.tap(null);
            if (player != null) {
                player.tap(null);
            }
            drain();
            try (writer) {
                for (RecordedEvent event : events) {
                    if (kept.test(event)) {
                        writer.write(event);
                    }
                }
                writer.end("STOPPED");
            }
            return RecordedSession.read(file);
        }
    }

    private static SessionReplay.Result replay(RecordedSession session) throws IOException {
        return new SessionReplay(session, RemotePeer.JDK).run();
    }

    private static void assertSame(SessionReplay.Result result) {
        for (int source = 0; source < 2; source++) {
            List<RecordedEvent> recorded = SessionReplay.Result.of(result.recorded(), source);
            List<RecordedEvent> replayed = SessionReplay.Result.of(result.replayed(), source);
            for (int i = 0; i < Math.min(recorded.size(), replayed.size()); i++) {
                assertEquals(text(recorded.get(i)), text(replayed.get(i)), "output " + i + " of peer " + source);
            }
            assertEquals(recorded.size(), replayed.size());
        }
        assertNull(result.stoppedBy());
    }

    private static String text(RecordedEvent event) {
        return event.kind() + " " + event.atNs() + " " + HexFormat.of().formatHex(event.payload());
    }

    private static long count(SessionReplay.Result result, EventKind kind) {
        return result.recorded().stream().filter(event -> event.kind() == kind).count();
    }

    private static long drops(SessionReplay.Result result, DropReason reason) {
        return result.recorded().stream()
                .filter(event -> event.kind() == EventKind.DROP && event.value(0) == reason.code())
                .count();
    }

    /** A way that becomes narrow and loses packets; the recording begins in the middle of that. */
    private Recorder narrowAndLossy(NarrowWay way, boolean far) {
        way.lossPercent = 3;
        way.run(4_000);
        Recorder recorder = new Recorder(way.publisher, way.player, far);
        Set<Integer> asked = new HashSet<>();
        boolean repeats = way.network.playerRtxType < 0;
        for (int i = 0; i < 8_000; i++) {
            way.player.losing = repeats && i % 90 == 50 ? 1 : way.player.losing;
            way.rateBps = i < 2_000 ? 20_000_000 : i < 5_000 ? 700_000 : 3_000_000;
            way.run(1);
            if (i % 700 == 0) {
                way.player.sendPli(5_002, way.network.nowNs);
            }
            if (i % 90 == 0) {
                nack(way, asked);
            }
            recorder.drain();
        }
        return recorder;
    }

    /** Asks for the newest packet of the picture that did not come. */
    private static void nack(NarrowWay way, Set<Integer> asked) {
        List<RemotePeer.Received> video = Network.of(way.player, 96);
        for (int i = video.size() - 1; i > 0; i--) {
            int wanted = video.get(i).sequence() - 1 & 0xffff;
            boolean gap = video.stream().noneMatch(packet -> packet.sequence() == wanted);
            boolean lost = way.network.playerRtxType >= 0 && way.missing.containsKey(wanted);
            if ((gap || lost) && asked.add(wanted)) {
                byte[] packet = new byte[16];
                int length = RtcpWriter.writeNack(MemorySegment.ofArray(packet), 0, 1, 5_002, new long[] {wanted}, 1);
                way.player.sendRtcp(Arrays.copyOf(packet, length), way.network.nowNs);
                return;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSendTheSameWhenASessionOnANarrowLossyWayIsReplayed(boolean far) throws IOException {
        RecordedSession session =
                narrowAndLossy(new NarrowWay(1_500_000, 20_000_000), far).finish(event -> true);
        SessionReplay.Result result = replay(session);
        assertTrue(count(result, EventKind.RTP_OUT) > 1_000, () -> "" + count(result, EventKind.RTP_OUT));
        assertTrue(count(result, EventKind.RTCP_OUT) > 10);
        assertTrue(drops(result, DropReason.LAPPED) > 0 || count(result, EventKind.LAYER) > 0, "nothing was left out");
        assertSame(result);
    }

    @Test
    void shouldRepeatTheSamePacketsWhenThePlayerKnowsNoRetransmissions() throws IOException {
        Network network = new Network();
        network.playerRtxType = -1;
        SessionReplay.Result result = replay(narrowAndLossy(new NarrowWay(network, 1_500_000, 20_000_000), false)
                .finish(event -> true));
        assertTrue(count(result, EventKind.REPEATED) > 0);
        assertSame(result);
    }

    @Test
    void shouldDifferWhenOneFeedbackIsTakenOut() throws IOException {
        Recorder recorder = narrowAndLossy(new NarrowWay(1_500_000, 20_000_000), false);
        RecordedEvent feedback = recorder.events.stream()
                .filter(event -> event.kind() == EventKind.RTCP_IN && event.source() == RecordedEvent.PLAYER)
                .filter(event -> (event.payload()[1] & 0xff) == 205 && (event.payload()[0] & 0x1f) == 15)
                .skip(40)
                .findFirst()
                .orElseThrow();
        SessionReplay.Result result = replay(recorder.finish(event -> event != feedback));
        assertNotEquals(
                result.recorded().stream().map(SessionReplayTest::text).toList(),
                result.replayed().stream().map(SessionReplayTest::text).toList());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSwitchLayersAtTheSameTimesWhenTheWayChanges(boolean far) throws IOException {
        Network network = new Network();
        SimulcastSource source = new SimulcastSource(network);
        RemotePeer player = network.player();
        LongConsumer run = ms -> {
            for (long at = 0; at < ms; at += 40) {
                source.layers.forEach(layer -> layer.sendFrame(network.nowNs));
                network.pass(40, source.remote, player);
            }
        };
        run.accept(3_000);
        Recorder recorder = new Recorder(source.remote, player, far);
        for (int i = 0; i < 400; i++) {
            if (i % 10 == 0) {
                player.sendRemb(i < 100 || i > 250 ? 2_000_000 : 150_000, 5_002, network.nowNs);
            }
            if (i == 350) {
                LayerChoice choice = new LayerChoice(0, -1, PublishedTrack.MAX_TEMPORAL, 0, 0);
                player.peer.player().layers().choose(choice, network.nowNs);
                player.peer.tap().onChoice(choice, network.nowNs);
            }
            run.accept(40);
            for (SimulcastSource.Layer layer : source.layers) {
                // As its encoder would: when it is asked.
                layer.keyFrame = i % 25 == 0;
            }
            recorder.drain();
        }
        SessionReplay.Result result = replay(recorder.finish(event -> true));
        assertTrue(count(result, EventKind.LAYER) >= 3, () -> "" + count(result, EventKind.LAYER));
        assertSame(result);
    }

    /** Whatever somebody put into a file: it is replayed, or refused. */
    @Test
    void shouldReplayOrRefuseWhenBytesOfTheFileAreOthers() throws IOException {
        Recorder recorder = narrowAndLossy(new NarrowWay(1_500_000, 20_000_000), false);
        recorder.finish(event -> event.atNs() < recorder.events.getFirst().atNs() + 200 * NarrowWay.MS);
        byte[] whole = Files.readAllBytes(recorder.file);
        Random random = new Random(11);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] changed = whole.clone();
            for (int k = random.nextInt(3); k >= 0; k--) {
                // The image is at the beginning, the logs' four mebibytes behind it, the events at the end.
                int at = random.nextInt(60_000);
                changed[random.nextBoolean() ? at : changed.length - 1 - at] = (byte) random.nextInt();
            }
            Files.write(recorder.file, changed);
            try {
                SessionReplay.Result ignored = replay(RecordedSession.read(recorder.file));
            } catch (RecordingFormatException e) {
                refused++;
            }
        }
        assertTrue(refused > 0 && refused < MUTATIONS, refused + " refused");
    }

    @Test
    void shouldReplayUpToWherePacketsWereMissed() throws IOException {
        Recorder recorder = narrowAndLossy(new NarrowWay(1_500_000, 20_000_000), false);
        int middle = recorder.events.size() / 2;
        while (recorder.events.get(middle).kind().role() != EventKind.Role.INPUT) {
            middle++;
        }
        recorder.events.add(middle, new RecordedEvent(0, EventKind.MISSED, 0, new byte[8]));
        SessionReplay.Result result = replay(recorder.finish(event -> true));
        assertEquals(EventKind.MISSED, result.stoppedBy());
        assertTrue(count(result, EventKind.RTP_OUT) > 500);
        assertEquals(
                result.recorded().stream().map(SessionReplayTest::text).toList(),
                result.replayed().stream().map(SessionReplayTest::text).toList());
    }

    @Test
    void shouldSendTheSameToAPublisherAlone() throws IOException {
        NarrowWay way = new NarrowWay(1_500_000, 20_000_000);
        way.run(1_000);
        Recorder recorder = new Recorder(way.publisher, null, false);
        for (int i = 0; i < 5_000; i++) {
            way.run(1);
            if (i % 900 == 0) {
                way.player.sendPli(5_002, way.network.nowNs);
            }
            recorder.drain();
        }
        SessionReplay.Result result = replay(recorder.finish(event -> true));
        assertTrue(count(result, EventKind.RTCP_OUT) > 5);
        assertSame(result);
    }
}
