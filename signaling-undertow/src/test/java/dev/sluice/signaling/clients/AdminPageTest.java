package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The administration page in a real Chromium, used as an operator uses it; threat 29 as far as it shows what strangers say. */
@ResourceLock("page")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminPageTest {
    private static final int[] WIDTHS = {390, 1280};
    private static final String SCRIPT = "<script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 1\">";

    private RunningServer server;
    private RunningServer closed;
    private Pages pages;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = RunningServer.start(folder.resolve("local.conf"), "streams { \"room/*\" { input = \"publish://\" } }");
        closed = RunningServer.start(
                folder.resolve("closed.conf"), "admin { token = \"open-sesame-of-forty-thieves\" }");
        pages = new Pages(Chromium.start(), server.url());
    }

    @AfterAll
    void stop() {
        if (pages != null) {
            pages.close();
        }
        if (server != null) {
            server.close();
        }
        if (closed != null) {
            closed.close();
        }
    }

    @AfterEach
    void closePages() {
        pages.closeAll();
    }

    @Test
    void shouldLetANewcomerAddAStreamPublishPlayEndASessionAndDelete() {
        String admin = pages.open("/admin");
        add("newcomer/first", "sesame", "1500");
        pages.run("says('stream-title', 'newcomer/first')");
        pages.run("says('stream-notice', 'The stream is ready')");
        pages.run("says('links', 'OBS (WHIP)')");
        String publish = pages.follow("stream-publish");
        pages.click("start");
        pages.run("says('notice', 'A password is needed')");
        pages.type("password", "sesame");
        pages.run("hasState('status', 'streaming')");

        pages.show(admin);
        pages.run("says('stream-state', 'Live')");
        pages.run("says('tracks', 'VP8')");
        pages.run("says('tracks', 'Opus')");
        pages.run("says('stream-facts', '1.5 Mbit/s')");
        pages.run("waitFor('a bitrate', () => parseFloat(document.querySelector('#stream-tiles dd').innerText) > 0)");
        pages.run(
                "waitFor('a plot', () => document.querySelector('#stream-tiles .line').getAttribute('d').includes('L'))");

        String play = pages.follow("stream-play");
        pages.run("pictureMoves('video')");
        pages.show(admin);
        pages.run("says('own-sessions', 'Player')");
        pages.run("says('own-sessions', '127.0.0.1')");
        pages.run("waitFor('its layer', () => row('Player').innerText.includes(' × '))");
        String player = "row('Player').querySelector('button:last-child')";
        pages.run("waitFor('a button', () => { " + player + ".click(); return true; })");
        pages.click("ask-yes");
        pages.run("says('said', 'The session has ended')");
        pages.show(play);
        pages.run("says('veil', 'The operator has ended this')");
        pages.show(admin);
        pages.click("stream-delete");
        pages.run("says('ask-text', 'newcomer/first cannot be published')");
        pages.click("ask-yes");
        pages.run("waitFor('the list without it', () => document.getElementById('view-streams').checkVisibility()"
                + " && !document.getElementById('streams').innerText.includes('newcomer/first'))");
        pages.show(publish);
        pages.run("says('notice', 'The operator has ended this')");
        pages.show(admin);
        assertEquals(List.of(), pages.ownErrors());
    }

    @Test
    void shouldShowWhatTheApiRefusesBesideItsFieldAndChangeWhatIsEdited() {
        pages.open("/admin");
        pages.click("add");
        pages.fill("f-name", "edited");
        pages.run("waitFor('options', () => { document.getElementById('f-options').open = true; return true; })");
        pages.fill("f-source_timeout", "0.2");
        pages.click("form-save");
        pages.run("says('f-source_timeout-hint', 'xpected')");
        assertEquals("f-source_timeout", pages.text("document.activeElement.id"));
        assertEquals("true", pages.text("document.activeElement.getAttribute('aria-invalid')"));
        pages.fill("f-source_timeout", "7.5");
        assertEquals(1, pages.number("document.activeElement.hasAttribute('aria-invalid') ? 0 : 1"));
        pages.click("form-save");
        pages.run("says('stream-facts', '7.5 s')");
        pages.click("stream-edit");
        pages.click("f-enabled");
        pages.click("form-save");
        pages.run("says('stream-state', 'Closed')");
        pages.run("says('stream-facts', '7.5 s')");
        pages.open("/admin");
        add("edited", "", "");
        pages.run("says('f-name-hint', 'There is a stream of this name already')");
    }

    @Test
    void shouldShowScriptsOfStrangersAsText() {
        String publish = pages.open("/publish?stream=room/hostile");
        pages.click("start");
        pages.run("hasState('status', 'streaming')");
        pages.open("/");
        pages.claim(SCRIPT);
        pages.go("/play?stream=room/hostile&transport=http&token=%3Cscript%3Ewindow.hacked%3D1%3C/script%3E");
        pages.run("pictureMoves('video')");
        pages.open("/play?stream=undeclared&token=%3Cscript%3Ewindow.hacked%3D1%3C/script%3E");
        pages.run("says('veil', 'There is no such stream')");
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = client.newWebSocketBuilder()
                    .header("User-Agent", "Mozilla/5.0 " + SCRIPT)
                    .header("Referer", "javascript:" + SCRIPT)
                    .buildAsync(
                            URI.create(server.url().replace("http", "ws") + "/room/hostile/webrtc?token=%3Cscript%3E"),
                            new WebSocket.Listener() {})
                    .join();
            pages.open("/admin#sessions");
            pages.run("waitFor('the page that plays', () => [...document.querySelectorAll('#sessions .strong')]"
                    + ".some((element) => element.innerText.startsWith('<script>window.hacked = 1')))");
            pages.run("says('sessions', 'Mozilla/5.0 <script>window.hacked = 1')");
            pages.run("says('sessions', 'on javascript:<script>')");
            assertHarmless();
            pages.open("/admin#streams/room%2Fhostile");
            pages.run("says('own-sessions', 'on javascript:<script>')");
            assertHarmless();
            socket.abort();
        }
        pages.open("/admin#server");
        pages.run("says('refusals', 'Playing was refused')");
        assertHarmless();
        pages.open("/admin#streams/%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E");
        pages.run("says('said', 'There is no such stream')");
        assertHarmless();
        pages.show(publish);
        pages.click("start");
        pages.run("hasState('status', 'stopped')");
    }

    private void assertHarmless() {
        assertEquals("undefined", pages.text("String(window.hacked)"));
        assertEquals(0, pages.number("document.querySelectorAll('main script, main img, main b').length"));
    }

    @Test
    void shouldAskForTheTokenAndKeepItForThisTabOnly() {
        pages.openAt(closed.url() + "/admin#server");
        pages.run("says('sign-in', 'Token')");
        pages.type("secret", "open-barley-of-forty-thieves");
        pages.run("says('secret-hint', 'That is not the token')");
        pages.type("secret", "open-sesame-of-forty-thieves");
        pages.run("says('about', 'Version')");
        pages.run("says('refusals', 'Signing in here was refused')");
        assertEquals("", pages.text("document.cookie"));
        assertEquals(0, pages.number("localStorage.length"));
        pages.click("sign-out");
        pages.reload();
        pages.run("waitFor('the form', () => document.getElementById('sign-in').checkVisibility())");
        assertEquals(0, pages.number("sessionStorage.length"));
    }

    @Test
    void shouldListStreamsOnTheStartPageForWhoSignedIn() {
        pages.openAt(closed.url() + "/");
        pages.run("says('total', 'shown to whoever signs in')");
        pages.goAt(closed.url() + "/admin#server");
        pages.type("secret", "open-sesame-of-forty-thieves");
        pages.run("says('about', 'Version')");
        pages.goAt(closed.url() + "/");
        pages.run("waitFor('the list', () => document.getElementById('empty').checkVisibility())");
    }

    @Test
    void shouldFitEveryWidthAndHaveNothingThatKeepsPeopleOut() {
        pages.open("/publish?stream=room/a-rather-long-name-of-a-stream-as-people-like-to-give");
        pages.click("start");
        pages.run("hasState('status', 'streaming')");
        List<String> problems = new ArrayList<>(pages.accessibilityProblems());
        Map<String, String> views = Map.of(
                "#streams", "streams",
                "#streams/room%2Fa-rather-long-name-of-a-stream-as-people-like-to-give", "own-sessions",
                "#sessions", "sessions",
                "#server", "loops");
        views.forEach((hash, id) -> {
            pages.open("/admin" + hash);
            pages.run("waitFor('" + id + "', () => document.getElementById('" + id + "').innerText.length > 20)");
            problems.addAll(pages.accessibilityProblems());
            for (int width : WIDTHS) {
                problems.addAll(pages.overflowing(width));
            }
        });
        pages.open("/admin");
        pages.click("add");
        pages.run("waitFor('options', () => { document.getElementById('f-options').open = true; return true; })");
        problems.addAll(pages.accessibilityProblems());
        for (String path : List.of(
                "/",
                "/publish",
                "/play",
                "/play?stream=room/a-rather-long-name-of-a-stream-as-people-like-to-give",
                "/room/a/embed.html")) {
            pages.open(path);
            problems.addAll(pages.accessibilityProblems());
        }
        pages.openAt(closed.url() + "/admin");
        pages.run("says('sign-in', 'Token')");
        problems.addAll(pages.accessibilityProblems());
        assertEquals(List.of(), problems);
    }

    @Test
    void shouldBeOfUseWithTheKeyboardAlone() {
        pages.open("/admin");
        pages.run("waitFor('the page', () => document.getElementById('add').checkVisibility())");
        pages.run("waitFor('focus', () => { document.getElementById('add').focus(); return true; })");
        pages.press("\n");
        pages.press("room/by-keys\n");
        pages.run("says('stream-title', 'room/by-keys')");
        assertEquals("stream-title", pages.text("document.activeElement.id"));
        assertTrue(pages.text("document.title").startsWith("room/by-keys"));
        pages.run("waitFor('focus', () => { document.getElementById('stream-delete').focus(); return true; })");
        pages.press("\n");
        pages.press("\n"); // which is Cancel
        pages.run("waitFor('the dialog to go', () => !document.getElementById('ask').open)");
        pages.run("says('stream-title', 'room/by-keys')");
        assertEquals("stream-delete", pages.text("document.activeElement.id"));
    }

    private void add(String name, String password, String mostKbps) {
        pages.run("waitFor('the page', () => document.getElementById('add').checkVisibility())");
        pages.click("add");
        pages.fill("f-name", name);
        pages.fill("f-password", password);
        pages.run("waitFor('options', () => { document.getElementById('f-options').open = true; return true; })");
        pages.fill("f-max_bitrate", mostKbps);
        pages.click("form-save");
    }
}
