package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.MediaConfig;
import dev.sluice.signaling.config.OriginRule;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.StreamRules;
import dev.sluice.signaling.config.TurnConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a real browser's scripts see of refusals, closes, CORS and the pages' policy. */
@ResourceLock("page")
class ChromiumSignallingTest {

    /** Opens a WebSocket, sends what is given, and tells how it was closed and what was received. */
    private static Map<String, Object> socket(Chromium browser, String url, String... sent) {
        StringBuilder sends = new StringBuilder();
        for (String expression : sent) {
            sends.append("ws.send(").append(expression).append(");");
        }
        return browser.run("new Promise((done) => { const ws = new WebSocket('" + url + "'); const got = [];"
                + " ws.onopen = () => { " + sends + " };"
                + " ws.onmessage = (e) => got.push(e.data);"
                + " ws.onclose = (e) => done({ code: e.code, reason: e.reason, clean: e.wasClean, got: got.join() });"
                + " })");
    }

    private static void assertClosed(int code, String reason, Map<String, Object> seen) {
        assertEquals((long) code, seen.get("code"), seen.toString());
        assertTrue(seen.get("reason").toString().contains(reason), seen.toString());
        assertEquals(true, seen.get("clean"), seen.toString());
        assertTrue(seen.get("got").toString().contains("\"code\":" + code), seen.toString());
    }

    @Test
    void shouldSeeMessageCodeAndReasonWhenASocketIsRefused() throws Exception {
        try (RunningServer server = RunningServer.start();
                Chromium browser = Chromium.start()) {
            browser.open(server.url() + "/");
            // The same port, plain and TLS: Flussonic's clients force wss onto the port of an http page.
            for (String scheme : List.of("ws", "wss")) {
                String url = scheme + server.url().substring(4);
                assertClosed(4409, "Nobody", socket(browser, url + "/dark/webrtc"));
                assertClosed(4404, "not the name", socket(browser, url + "/a%20b/webrtc"));
                assertClosed(4400, "JSON", socket(browser, url + "/s/webrtc/publish", "'no json'"));
                assertClosed(4400, "binary", socket(browser, url + "/s/webrtc/publish", "new Uint8Array(5)"));
                assertClosed(4400, "65536", socket(browser, url + "/s/webrtc/publish", "'x'.repeat(70000)"));
                // A browser with bytes still to send calls no close clean, but shows code and reason.
                Map<String, Object> huge = socket(browser, url + "/s/webrtc/publish", "'x'.repeat(3000000)");
                assertEquals(4400L, huge.get("code"), huge.toString());
                assertClosed(
                        4422,
                        "",
                        socket(browser, url + "/s/webrtc/publish", "JSON.stringify({type:'offer',sdp:'v=0'})"));
            }
        }
    }

    @Test
    void shouldLoadEveryPageWithoutBreakingItsPolicy() throws Exception {
        try (RunningServer server = RunningServer.start();
                Chromium browser = Chromium.start()) {
            for (String path : List.of("/", "/publish", "/play?stream=dark", "/dark/embed.html")) {
                browser.open(server.url() + path);
                browser.run("new Promise((done) => setTimeout(done, 500))");
            }
            List<String> broken = browser.errors().stream()
                    .filter(message -> message.contains("Content Security Policy") || message.contains("Refused"))
                    .toList();
            assertEquals(List.of(), broken);
        }
    }

    @Test
    void shouldReadAnswersAndErrorsFromAForeignPageWhenTheConfigAllowsIt() throws Exception {
        ListenAddress free = ListenAddress.parse("127.0.0.1:0");
        AccessConfig declared =
                new AccessConfig(false, StreamRules.everyName(), OriginRule.ANY, OriginRule.SAME, List.of());
        ServerConfig config = new ServerConfig(
                new ListenConfig(free, free, null, null),
                new MediaConfig(0, 1, List.of(), null, "auto", "auto", Duration.ofSeconds(2)),
                TurnConfig.NONE,
                declared,
                Limits.DEFAULTS);
        try (RunningServer page = RunningServer.start();
                RunningServer server = RunningServer.start(config);
                Chromium browser = Chromium.start()) {
            // The page's own policy keeps it from other servers, so an empty page of another origin asks.
            browser.open(page.url() + "/-/health");
            Map<String, Object> answer =
                    browser.run("fetch('" + server.url() + "/dark/whep', { method: 'POST', body: 'v=0',"
                            + " headers: { 'Content-Type': 'application/sdp', Authorization: 'Bearer x' } }).then(async (r) =>"
                            + " ({ status: r.status, retry: r.headers.get('Retry-After'), body: await r.text() }))");
            assertTrue(List.of(409L, 422L).contains(answer.get("status")), answer.toString());
            assertTrue(answer.get("body").toString().contains("\"errors\""), answer.toString());
            Map<String, Object> refused =
                    browser.run("fetch('" + server.url() + "/s/whip', { method: 'POST', body: 'v=0',"
                            + " headers: { 'Content-Type': 'application/sdp' } }).then(() => ({ how: 'answered' }),"
                            + " () => ({ how: 'refused' }))");
            assertEquals("refused", refused.get("how"));
            assertEquals(
                    1006L,
                    socket(browser, "ws" + server.url().substring(4) + "/s/webrtc/publish")
                            .get("code"));
        }
    }
}
