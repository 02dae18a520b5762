package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.Recording;
import dev.sluice.engine.RecordingLimits;
import dev.sluice.engine.RecordingRefusedException;
import dev.sluice.engine.RecordingRefusedException.Refusal;
import dev.sluice.engine.peer.SessionReplay;
import dev.sluice.engine.record.EventKind;
import dev.sluice.engine.record.RecordedEvent;
import dev.sluice.engine.record.RecordedSession;
import dev.sluice.natives.srtp.SrtpProviders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of a running engine, recorded. */
class RecordingTest {
    @TempDir
    Path folder;

    private static Recording.End await(Recording recording) {
        return recording
                .ended()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static void exchange(EngineLab lab, Client publisher, Client player, int first, int count) {
        for (int i = first; i < first + count; i++) {
            publisher.sendRtp(Packets.opus(i));
            if (i % 10 == 0) {
                publisher.sendRtp(Packets.vp8KeyFrame(i));
                player.udp.send(player.protectRtcp(Packets.pli(7, Packets.VIDEO_SSRC)));
            }
            if (i % 50 == 0) {
                publisher.nominate();
                player.nominate();
            }
            player.pump(1);
        }
        player.awaitRtp(Packets.AUDIO_TYPE, first + count - 1);
        lab.tables();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldReplayWhatAPlayerWasSentFromTheMiddleOn(int loops) throws Exception {
        Path file = folder.resolve("player.pcapng");
        try (EngineLab lab = EngineLab.start(loops, Duration.ofSeconds(10));
                Client publisher = Client.publisher(lab, "s").connect();
                Client player = Client.player(lab, "s").connect()) {
            exchange(lab, publisher, player, 1, 100);
            Recording recording = player.session.record(RecordingLimits.DEFAULTS, file);
            exchange(lab, publisher, player, 101, 300);
            recording.stop();
            assertEquals(Recording.End.STOPPED, await(recording));
            assertEquals(0, recording.missed());
            assertTrue(recording.packets() >= 600, () -> "" + recording.packets());
            assertEquals(Files.size(file), recording.bytes());
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        SessionReplay.Result result = replay(file);
        for (int source = 0; source < 2; source++) {
            assertEquals(
                    texts(SessionReplay.Result.of(result.recorded(), source)),
                    texts(SessionReplay.Result.of(result.replayed(), source)));
        }
        long sent = result.replayed().stream()
                .filter(event -> event.kind() == EventKind.RTP_OUT)
                .count();
        assertTrue(sent >= 300, () -> "sent " + sent);
    }

    private static SessionReplay.Result replay(Path file) throws IOException {
        return new SessionReplay(
                        RecordedSession.read(file), SrtpProviders.available().getFirst())
                .run();
    }

    private static List<String> texts(List<RecordedEvent> events) {
        return events.stream()
                .map(event -> event.kind() + " " + event.atNs() + " " + Arrays.toString(event.payload()))
                .toList();
    }

    @Test
    void shouldReplayAPublisherFromItsBeginning() throws Exception {
        Path file = folder.resolve("publisher.pcapng");
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s")) {
            Recording recording = publisher.session.record(RecordingLimits.DEFAULTS, file);
            publisher.connect();
            for (int i = 0; i < 100; i++) {
                publisher.sendRtp(Packets.opus(i));
            }
            lab.tables();
            publisher.session.close();
            assertEquals(Recording.End.SESSION_ENDED, await(recording));
        }
        RecordedSession session = RecordedSession.read(file);
        assertEquals("SESSION_ENDED", session.end());
        SessionReplay.Result result = replay(file);
        assertEquals(EventKind.ENDED, result.stoppedBy());
        assertEquals(texts(result.recorded()), texts(result.replayed()));
    }

    @Test
    void shouldEndAtItsTimeAndAtItsSize() throws Exception {
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect();
                Client player = Client.player(lab, "s").connect()) {
            Recording brief =
                    player.session.record(new RecordingLimits(Duration.ofMillis(1), 64 << 20), folder.resolve("brief"));
            assertEquals(Recording.End.TIME_UP, await(brief));
            Recording small =
                    player.session.record(new RecordingLimits(Duration.ofMinutes(1), 6 << 20), folder.resolve("small"));
            for (int i = 1; !small.ended().toCompletableFuture().isDone(); i++) {
                publisher.sendRtp(
                        Packets.rtp(Packets.AUDIO_TYPE, i & 0xffff, i * 960L, Packets.AUDIO_SSRC, new byte[1_100]));
                player.pump(1);
                assertTrue(i < 20_000, "it does not end");
            }
            assertEquals(Recording.End.SIZE_REACHED, await(small));
            assertTrue(Files.size(small.file()) <= 6 << 20);
            assertEquals("SIZE_REACHED", RecordedSession.read(small.file()).end());
        }
    }

    @Test
    void shouldRefuseASecondOfAStreamAndAFileThatIsThere() throws Exception {
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect();
                Client player = Client.player(lab, "s").connect()) {
            Path file = folder.resolve("one");
            Recording recording = player.session.record(RecordingLimits.DEFAULTS, file);
            assertEquals(
                    Refusal.RUNNING,
                    assertThrows(
                                    RecordingRefusedException.class,
                                    () -> publisher.session.record(RecordingLimits.DEFAULTS, folder.resolve("two")))
                            .refusal());
            assertFalse(Files.exists(folder.resolve("two")));
            recording.stop();
            await(recording);
            Files.writeString(folder.resolve("kept"), "kept");
            assertThrows(
                    FileAlreadyExistsException.class,
                    () -> publisher.session.record(RecordingLimits.DEFAULTS, folder.resolve("kept")));
            assertEquals("kept", Files.readString(folder.resolve("kept")));
            player.session.close();
            player.awaitEnd();
            assertEquals(
                    Refusal.ENDED,
                    assertThrows(
                                    RecordingRefusedException.class,
                                    () -> player.session.record(RecordingLimits.DEFAULTS, folder.resolve("three")))
                            .refusal());
        }
    }

    @Test
    void shouldRefuseAndGoOnWhenALoopHasNoMemoryForTheBeginning() throws Exception {
        Path file = folder.resolve("file");
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect();
                Client player = Client.player(lab, "s").connect()) {
            EngineLab.exhaustImagesOf(publisher.session);
            RecordingRefusedException refused = assertThrows(
                    RecordingRefusedException.class, () -> player.session.record(RecordingLimits.DEFAULTS, file));
            assertEquals(Refusal.OVERLOADED, refused.refusal());
            assertFalse(Files.exists(file));
            exchange(lab, publisher, player, 1, 10);
        }
    }

    @Test
    void shouldAnswerAtOnceWhileAnotherRecordingWaitsForItsLoop() throws Exception {
        Path file = folder.resolve("first");
        CountDownLatch end = new CountDownLatch(1);
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect()) {
            lab.stall(end);
            CompletableFuture<Recording> first = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    first.complete(publisher.session.record(RecordingLimits.DEFAULTS, file));
                } catch (IOException | RecordingRefusedException | RuntimeException e) {
                    first.completeExceptionally(e);
                }
            });
            Eventually.until("the first one's file", () -> Files.exists(file));
            RecordingRefusedException refused = assertThrows(
                    RecordingRefusedException.class,
                    () -> publisher.session.record(RecordingLimits.DEFAULTS, folder.resolve("second")));
            assertEquals(Refusal.RUNNING, refused.refusal());
            assertFalse(first.isDone());
            end.countDown();
            Recording recording = first.orTimeout(20, TimeUnit.SECONDS).join();
            recording.stop();
            assertEquals(Recording.End.STOPPED, await(recording));
        } finally {
            end.countDown();
        }
    }

    @Test
    void shouldFinishItsFileWhenTheEngineStops() throws Exception {
        Recording recording;
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect()) {
            recording = publisher.session.record(RecordingLimits.DEFAULTS, folder.resolve("file"));
        }
        assertTrue(recording.ended().toCompletableFuture().isDone());
        assertFalse(RecordedSession.read(folder.resolve("file")).end().isEmpty());
    }

    /** The file names both sides' SDP, and nothing by which somebody could take part or decrypt. */
    @Test
    void shouldLeaveSecretsOut() throws Exception {
        Path file = folder.resolve("file");
        String password;
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect();
                Client player = Client.player(lab, "s").connect()) {
            password = publisher.session.localDescription().replaceAll("(?s).*a=ice-pwd:(\\S+).*", "$1");
            Recording recording = player.session.record(RecordingLimits.DEFAULTS, file);
            recording.stop();
            await(recording);
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertEquals(4, text.split("SDP of the ", -1).length - 1);
        assertEquals(8, text.split("a=ice-pwd:[(]left out[)]", -1).length - 1);
        assertFalse(text.contains(password));
        assertFalse(text.contains("SrtpSession"));
        assertFalse(text.contains("SrtpKeys"));
        assertFalse(text.contains("sluice.engine.dtls"));
    }
}
