package dev.sluice.benchmarks.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.benchmarks.load.sdp.Kind;
import dev.sluice.benchmarks.load.sdp.Offer;
import dev.sluice.engine.EngineConfig;
import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.Recording;
import dev.sluice.engine.RecordingLimits;
import dev.sluice.engine.peer.SessionReplay;
import dev.sluice.engine.record.EventKind;
import dev.sluice.engine.record.RecordedEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command; what a replay sends is tested in the engine. */
class ReplayTest {
    private static final RecordedEvent FIRST = packet(1, 1_000_000);
    private static final RecordedEvent SECOND = packet(2, 2_000_000);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int replay(Path file) {
        return Replay.run(
                new String[] {file.toString()},
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static RecordedEvent packet(int sequence, long atNs) {
        byte[] packet = new byte[20];
        packet[0] = (byte) 0x80;
        packet[3] = (byte) sequence;
        return new RecordedEvent(RecordedEvent.PLAYER, EventKind.RTP_OUT, atNs, packet);
    }

    private static Comparison compare(List<RecordedEvent> recorded, List<RecordedEvent> replayed) {
        return new Comparison(new SessionReplay.Result(recorded, replayed, null));
    }

    @Test
    void shouldEndWellWhenTheFileIsARecordingOfThisEngine() throws Exception {
        Path file = folder.resolve("file");
        EngineConfig defaults = EngineConfig.defaults();
        EngineConfig config = new EngineConfig(
                0,
                1,
                List.of(InetAddress.getLoopbackAddress()),
                true,
                null,
                "auto",
                "auto",
                defaults.publisherGrace(),
                defaults.videoLogBytes(),
                defaults.audioLogBytes(),
                0,
                10,
                10);
        try (MediaEngine engine = MediaEngine.start(config)) {
            String fingerprint = "sha-256 " + "AB:".repeat(31) + "AB";
            String offer = new Offer(Kind.VIDEO, 1, "127.0.0.1", 9, "ufra", "p".repeat(24), fingerprint, 77).text();
            MediaSession session = engine.publish("s", offer, InetAddress.getLoopbackAddress());
            Recording recording = session.record(RecordingLimits.DEFAULTS, file);
            recording.stop();
            recording.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        assertEquals(0, replay(file), err::toString);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("The same was sent"), out::toString);
    }

    @Test
    void shouldSayInOneLineWhenTheFileCannotBeReplayed() throws Exception {
        Path file = folder.resolve("file");
        for (byte[] bytes : List.of(new byte[0], "no recording".getBytes(StandardCharsets.UTF_8), new byte[100_000])) {
            err.reset();
            Files.write(file, bytes);
            assertEquals(2, replay(file));
            assertEquals(1, err.toString(StandardCharsets.UTF_8).lines().count());
        }
        err.reset();
        assertEquals(2, replay(folder.resolve("nothing")));
        assertEquals(1, err.toString(StandardCharsets.UTF_8).lines().count());
        assertEquals(2, Replay.run(new String[0], System.out, new PrintStream(err)));
    }

    @Test
    void shouldFindNoDifferenceInOtherTimes() {
        Comparison comparison = compare(List.of(FIRST, SECOND), List.of(packet(1, 1_000_500), SECOND));
        assertTrue(comparison.isSame());
        assertEquals(500, comparison.shiftNs(100));
        assertEquals(0, comparison.shiftNs(50));
    }

    @Test
    void shouldNameTheFirstDifferenceAndCountWhatIsTheSame() {
        Comparison comparison = compare(List.of(FIRST, SECOND), List.of(FIRST, packet(3, 2_000_000)));
        assertFalse(comparison.isSame());
        assertEquals(1, comparison.differences().getFirst().number());
        assertEquals(
                new Comparison.Row(2, 2, 1),
                comparison.rows().values().iterator().next());
        assertFalse(compare(List.of(FIRST, SECOND), List.of(SECOND, FIRST)).isSame());
        assertFalse(compare(List.of(FIRST), List.of()).isSame());
        assertFalse(compare(List.of(), List.of(FIRST)).isSame());
    }

    @Test
    void shouldCallOutputsByWhatTheyAre() {
        assertEquals("RTP 00000000 type 0", OutputName.of(FIRST));
        assertEquals("left out, lapped", OutputName.of(value(EventKind.DROP, lapped())));
        assertEquals("left out, reason 5", OutputName.of(value(EventKind.DROP, 5)));
        byte[] nack = {(byte) 0x80, (byte) 201, 0, 1, 0, 0, 0, 1, (byte) 0x81, (byte) 205, 0, 0};
        assertEquals("RTCP NACK", OutputName.of(rtcp(nack)));
        nack[8] = (byte) 0x8f;
        assertEquals("RTCP transport-wide feedback", OutputName.of(rtcp(nack)));
        assertEquals("RTCP reports", OutputName.of(rtcp(Arrays.copyOf(nack, 8))));
    }

    private static int lapped() {
        return dev.sluice.engine.metrics.DropReason.LAPPED.code();
    }

    private static RecordedEvent value(EventKind kind, long value) {
        return new RecordedEvent(
                RecordedEvent.PLAYER,
                kind,
                0,
                ByteBuffer.allocate(8).putLong(value).array());
    }

    private static RecordedEvent rtcp(byte[] packet) {
        return new RecordedEvent(RecordedEvent.PUBLISHER, EventKind.RTCP_OUT, 0, packet);
    }
}
