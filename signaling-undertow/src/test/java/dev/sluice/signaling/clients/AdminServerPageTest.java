package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Recordings and the drain on the administration page, in a real Chromium with real media. */
@ResourceLock("page")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminServerPageTest {
    private static final int NARROW = 390;

    private RunningServer server;
    private Pages pages;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = RunningServer.start(folder.resolve("local.conf"), "streams { \"room/*\" { input = \"publish://\" } }");
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
    }

    @AfterEach
    void closePages() {
        pages.closeAll();
    }

    @Test
    void shouldRecordASessionAndShowDownloadAndDeleteTheRecording() {
        pages.open("/publish?stream=room/recorded");
        pages.click("start");
        pages.run("hasState('status', 'streaming')");
        pages.open("/play?stream=room/recorded");
        pages.run("pictureMoves('video')");
        pages.open("/admin#streams/room%2Frecorded");
        pages.run("says('own-sessions', 'Player')");
        pages.run("waitFor('a button', () => { row('Player').querySelector('button').click(); return true; })");
        pages.run("says('ask-text', 'not encrypted')");
        assertEquals("60", pages.text("document.getElementById('ask-0').value"));
        List<String> problems = new ArrayList<>(pages.accessibilityProblems());
        pages.fill("ask-0", "30");
        pages.click("ask-yes");
        pages.run("says('said', 'being recorded')");
        pages.run("waitFor('the view', () => { location.hash = 'server'; return true; })");
        String packets = "Number(row('room/recorded').children[4].innerText.replace(',', ''))";
        pages.run("waitFor('packets', () => row('room/recorded') && " + packets + " > 0)");
        pages.run("says('recordings', 'Running')");
        pages.run("waitFor('a button', () => { row('room/recorded').querySelector('button').click(); return true; })");
        pages.run("says('recordings', 'Stopped')");
        pages.run("waitFor('its size', () => /^\\d.* [KM]B$/.test(row('room/recorded').children[3].innerText))");
        problems.addAll(pages.accessibilityProblems());
        problems.addAll(pages.overflowing(NARROW));
        // What the browser is given to put into a file.
        pages.run("waitFor('a hook', () => { URL.createObjectURL = (blob) => { window.file = blob; return 'blob:x'; };"
                + " HTMLAnchorElement.prototype.click = function () { window.file.slice(0, 4).arrayBuffer().then((b) =>"
                + " { window.got = new DataView(b).getUint32(0).toString(16) + ' ' + this.download; }); };"
                + " return true; })");
        pages.run("waitFor('a button', () => { row('room/recorded').querySelector('button').click(); return true; })");
        pages.run("waitFor('the file', () => window.got)");
        String got = pages.text("window.got");
        assertTrue(got.matches("a0d0d0a room-recorded-[0-9]+\\.pcapng"), got);
        pages.run("waitFor('a button', () => { row('room/recorded').querySelector('button:last-child').click();"
                + " return true; })");
        pages.click("ask-yes");
        pages.run("says('recordings', 'None.')");
        assertEquals(List.of(), problems);
        assertEquals(List.of(), pages.ownErrors());
    }

    @Test
    void shouldDrainAndTakeItBack() {
        String publish = pages.open("/publish?stream=room/drained");
        pages.click("start");
        pages.run("hasState('status', 'streaming')");
        pages.open("/admin#server");
        pages.run("says('about', 'Version')");
        pages.click("drain");
        pages.run("says('ask-text', 'no new sessions')");
        List<String> problems = new ArrayList<>(pages.accessibilityProblems());
        pages.click("ask-no");
        pages.run("waitFor('no drain', () => !document.getElementById('drain-notice').checkVisibility())");
        pages.click("drain");
        pages.fill("ask-1", "600");
        pages.click("ask-yes");
        pages.run("says('drain-notice', 'Draining without another server')");
        pages.run("says('drain-notice', '1 publisher')");
        problems.addAll(pages.accessibilityProblems());
        pages.click("drain-cancel");
        pages.run("says('said', 'takes new sessions again')");
        pages.run("waitFor('the button', () => document.getElementById('drain').checkVisibility())");
        pages.show(publish);
        pages.run("hasState('status', 'streaming')");
        assertEquals(List.of(), problems);
    }
}
