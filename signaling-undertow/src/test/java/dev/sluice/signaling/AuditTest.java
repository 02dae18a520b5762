package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.sluice.signaling.admin.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The audit log: who changed what, and from where. */
class AuditTest {
    /** Other tests write to the same logger: nobody else comes from there. */
    private static final String FROM = "203.0.113.77";

    private static final Logger AUDIT = (Logger) LoggerFactory.getLogger("audit");

    @TempDir
    Path folder;

    private final Lines lines = new Lines();

    /** What was written of our own. Safe for many threads. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Queue<String> ours = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            String line = event.getLevel() + " " + event.getFormattedMessage();
            if (line.contains(" from=" + FROM + " ")) {
                ours.add(line);
            }
        }
    }

    @BeforeEach
    void listen() {
        lines.start();
        AUDIT.addAppender(lines);
    }

    @AfterEach
    void stop() {
        AUDIT.detachAppender(lines);
    }

    private static String basic(String password) {
        return "Basic " + Base64.getEncoder().encodeToString(("ada:" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static int call(AdminServer server, String method, String path, String json, String password)
            throws Exception {
        String[] headers = {
            "Authorization", basic(password), "X-Forwarded-For", FROM, "Content-Type", "application/json"
        };
        return path.startsWith("/-/")
                ? server.http.method(method, path, json, headers).statusCode()
                : server.call(method, path, json, headers).status();
    }

    @Test
    void shouldSayWhoDidWhatFromWhereAndNoSecret() throws Exception {
        String config = "admin { user = ada, password_hash = \"" + PasswordHash.of("opens admin") + "\" }\n"
                + "trusted_proxies = [\"127.0.0.1\"]\n"
                + "streams { cam { input = \"publish://\" } }";
        try (AdminServer server = new AdminServer(folder, config)) {
            assertEquals(201, server.http.offer("/cam/whip", "v=0").statusCode());
            Object[][] calls = {
                {200, "PUT", "/streams/a", "{\"inputs\":[{\"url\":\"publish://\"}]}"},
                {200, "PUT", "/streams/a", "{}"},
                {
                    200,
                    "PUT",
                    "/streams/a",
                    "{\"password\":\"hidden-1\",\"play_password\":\"hidden-2\",\"on_play\":\"securetoken://hidden-3\","
                            + "\"inputs\":[{\"max_bitrate\":700}]}"
                },
                {204, "DELETE", "/streams/a", null},
                {200, "PUT", "/config", "{\"publisher_grace\":3}"},
                {200, "POST", "/config/reload", null},
                {201, "POST", "/sessions/session-1/record", "{}"},
                {202, "POST", "/-/drain", "{\"seconds\":3600,\"to\":\"http://192.0.2.9:8080\"}"},
                {200, "DELETE", "/-/drain", ""},
                {204, "DELETE", "/sessions/session-1", null},
            };
            for (Object[] call : calls) {
                assertEquals(
                        call[0],
                        call(server, (String) call[1], (String) call[2], (String) call[3], "opens admin"),
                        call[1] + " " + call[2]);
            }
            assertEquals(401, call(server, "GET", "/streams", null, "a wrong one"));
        }
        String by = "INFO who=user:ada from=" + FROM + " action=";
        assertEquals(
                List.of(
                        by + "stream.save name=a fields=input",
                        by + "stream.save name=a fields=-",
                        by + "stream.save name=a fields=input,max_bitrate,on_play,password,play_password",
                        by + "stream.delete name=a",
                        by + "config.save fields=publisher_grace",
                        by + "config.reload result=applied",
                        by + "session.delete session=session- name=cam",
                        "WARN who=? from=" + FROM + " action=login result=refused unsaid=0"),
                lines.ours.stream()
                        .filter(line -> !line.contains("=drain.") && !line.contains("=recording."))
                        .toList());
        assertEquals(
                List.of(by + "drain.begin to=http://192.0.2.9:8080 seconds=3600", by + "drain.cancel"),
                lines.ours.stream().filter(line -> line.contains("=drain.")).toList());
        assertEquals(
                1,
                lines.ours.stream()
                        .filter(line -> line.startsWith(by + "recording.")
                                && line.contains(" recording=1 session=session- name=cam"))
                        .count());
        String all = String.join("\n", lines.ours);
        for (String secret :
                List.of("hidden", "opens", "wrong", basic("opens admin").substring(6), "session-1")) {
            assertFalse(all.contains(secret), secret + " in\n" + all);
        }
    }
}
