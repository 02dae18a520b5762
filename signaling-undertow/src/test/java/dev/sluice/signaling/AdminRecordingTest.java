package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.Recording.End;
import dev.sluice.engine.RecordingLimits;
import dev.sluice.engine.RecordingRefusedException.Refusal;
import dev.sluice.signaling.AdminServer.Reply;
import dev.sluice.signaling.access.jwt.Signer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recordings through the API, of sessions without packets. Each answer is held against the OpenAPI document. */
class AdminRecordingTest {
    private static final String RECORD = "/sessions/session-1/record";

    @TempDir
    Path folder;

    private AdminServer server;
    private FakeSession session;

    @BeforeEach
    void publish() throws Exception {
        server = new AdminServer(folder, "streams { \"a/b\" { input = \"publish://\" } }");
        assertEquals(201, server.http.offer("/a/b/whip", "v=0").statusCode());
        session = server.engine.opened.take();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Reply post(String path, String body) throws Exception {
        return server.call("POST", path, body);
    }

    @Test
    void shouldRecordStopDownloadAndDelete() throws Exception {
        Reply made = post(RECORD, "{\"seconds\":60,\"mebibytes\":8}");
        assertEquals(201, made.status());
        FakeRecording recording = session.recordings.take();
        assertEquals(new RecordingLimits(Duration.ofMinutes(1), 8L << 20), recording.limits);
        assertEquals("1", made.at("id"));
        assertEquals("a/b", made.at("name"));
        assertEquals("publish", made.at("type"));
        assertEquals("running", made.at("state"));
        assertEquals(3.0, made.at("packets"));
        assertEquals(409, server.get("/recordings/1/file").status(), "it has no end yet");

        assertEquals(204, post("/recordings/1/stop", null).status());
        assertEquals(204, post("/recordings/1/stop", null).status());
        assertEquals("stopped", server.get("/recordings/1").at("state"));
        HttpResponse<String> file = server.get("/recordings/1/file").response();
        assertEquals(new String(FakeRecording.BYTES, StandardCharsets.UTF_8), file.body());
        assertEquals(
                "attachment; filename=\"a-b-1.pcapng\"",
                file.headers().firstValue("Content-Disposition").orElse(""));
        assertEquals(
                FakeRecording.BYTES.length,
                file.headers().firstValueAsLong("Content-Length").orElse(0));

        Files.delete(recording.file());
        assertEquals(404, server.get("/recordings/1/file").status(), "somebody deleted it");
        assertEquals(204, server.call("DELETE", "/recordings/1", null).status());
        assertEquals(404, server.get("/recordings/1").status());
        assertEquals(404, server.call("DELETE", "/recordings/1", null).status());
    }

    @Test
    void shouldStopARunningOneThatIsDeletedAndTakeItsFileAway() throws Exception {
        post(RECORD, null);
        FakeRecording recording = session.recordings.take();
        assertEquals(RecordingLimits.DEFAULTS, recording.limits);
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(recording.file().getParent())));
        assertEquals(204, server.call("DELETE", "/recordings/1", null).status());
        assertTrue(recording.ended.isDone());
        assertFalse(Files.exists(recording.file()));
    }

    @Test
    void shouldListTheNewestFirstAndSayHowEachEnded() throws Exception {
        for (End end : End.values()) {
            post(RECORD, "{}");
            session.recordings.take().ended.complete(end);
        }
        Reply list = server.get("/recordings");
        List<?> all = (List<?>) list.at("recordings");
        assertEquals(End.values().length, all.size());
        assertEquals("5", list.at("recordings.0.id"));
        assertEquals("failed", list.at("recordings.0.state"));
        assertEquals("session_ended", list.at("recordings.1.state"));
        assertEquals("stopped", list.at("recordings.4.state"));
        assertEquals("session-", list.at("recordings.4.session"), "not the whole id, which is a capability");
    }

    @Test
    void shouldKeepEightUntilOneIsDeleted() throws Exception {
        for (int i = 0; i < 8; i++) {
            assertEquals(201, post(RECORD, null).status());
        }
        Reply refused = post(RECORD, null);
        assertEquals(409, refused.status());
        assertEquals("too_many_kept", refused.code());
        server.call("DELETE", "/recordings/3", null);
        assertEquals("9", post(RECORD, null).at("id"));
    }

    @Test
    void shouldTakeFilesAndFolderAwayWhenTheServerCloses() throws Exception {
        post(RECORD, null);
        post(RECORD, null);
        Path file = session.recordings.take().file();
        server.close();
        assertTrue(session.recordings.take().ended.isDone());
        assertFalse(Files.exists(file.getParent()));
    }

    @ParameterizedTest
    @CsvSource({"RUNNING, 409, running", "TOO_MANY, 409, too_many", "ENDED, 404, ended", "OVERLOADED, 503, overloaded"})
    void shouldSayWhyNoneBegins(Refusal refusal, int status, String code) throws Exception {
        session.noRecording = refusal;
        Reply refused = post(RECORD, null);
        assertEquals(status, refused.status());
        assertEquals(code, refused.code());
        assertEquals(List.of(), server.get("/recordings").at("recordings"));
    }

    @Test
    void shouldSayWhenTheFileCannotBeMade() throws Exception {
        post(RECORD, null);
        Path inTheWay = session.recordings.take().file().resolveSibling("2.pcapng");
        Files.createFile(inTheWay);
        Reply refused = post(RECORD, null);
        assertEquals(507, refused.status());
        assertFalse(refused.title().contains("/"), refused.title());
        Files.delete(inTheWay);
        assertEquals(201, post(RECORD, null).status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"seconds\":0} | seconds: expected a whole number from 1 to 3600",
                "{\"seconds\":3601} | seconds: expected a whole number from 1 to 3600",
                "{\"seconds\":1.5} | seconds: expected a whole number",
                "{\"seconds\":null} | seconds: expected a number",
                "{\"mebibytes\":0} | mebibytes: expected a whole number from 1 to 512",
                "{\"mebibytes\":513} | mebibytes: expected a whole number from 1 to 512",
                "{\"file\":\"/etc/passwd\"} | Unknown field \"file\", known are mebibytes, seconds",
                "[] | one JSON object",
            })
    void shouldRefuseByNameWhatItDoesNotTake(String body, String expected) throws Exception {
        Reply refused = post(RECORD, body);
        assertEquals(422, refused.status());
        assertTrue(refused.title().contains(expected), refused.title());
        assertTrue(session.recordings.isEmpty());
    }

    @Test
    void shouldNotFindWhatIsNotThere() throws Exception {
        post(RECORD, null);
        assertEquals(404, post("/sessions/none/record", null).status());
        for (String id : Arrays.asList("2", "0", "01", "-1", "1%2F..", "..", "9".repeat(40), "%00", "")) {
            assertEquals(404, server.get("/recordings/" + id).status(), id);
            assertEquals(404, server.get("/recordings/" + id + "/file").status(), id);
        }
        assertEquals(404, server.get("/recordings/1/other").status());
        assertEquals(405, server.get("/recordings/1/stop").status());
        assertEquals(405, server.get(RECORD).status());
        assertEquals(405, post("/recordings/1/file", null).status());
    }

    @Test
    void shouldLetNobodyRecordOrDownloadWithoutTheToken() throws Exception {
        String text = "admin { token = \"0123456789abcdef\" }\nstreams { a { input = \"publish://\" } }";
        Path other = Files.createDirectory(folder.resolve("other"));
        try (AdminServer closed = new AdminServer(other, text)) {
            closed.http.offer("/a/whip", "v=0");
            assertEquals(401, closed.call("POST", RECORD, null).status());
            String[] token = {"Authorization", "Bearer 0123456789abcdef"};
            assertEquals(201, closed.call("POST", RECORD, null, token).status());
            closed.call("POST", "/recordings/1/stop", null, token);
            assertEquals(401, closed.get("/recordings/1/file").status());
            assertEquals(200, closed.get("/recordings/1/file", token).status());
        }
    }

    @Test
    void shouldSayWhichUserASessionIsOf() throws Exception {
        assertEquals(null, server.get("/sessions/session-1").at("user_id"));
        String secret = "a secret of more than thirty-two bytes";
        String text = "auth { jwt { secret = \"" + secret + "\" } }\nstreams { a { input = \"publish://\" } }";
        Path other = Files.createDirectory(folder.resolve("jwt"));
        try (AdminServer named = new AdminServer(other, text)) {
            String token = Signer.secret(secret).token("publish", "a", "sub", "ada");
            assertEquals(201, named.http.offer("/a/whip?token=" + token, "v=0").statusCode());
            assertEquals("ada", named.get("/sessions/session-1").at("user_id"));
        }
    }
}
