package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Our client library: its own tests under Node.js, and the code that Flussonic's documentation shows, run on it in a real Chromium. */
@ResourceLock("page")
class ClientLibraryTest {
    private static final int OLDEST_NODE = 18;
    private static final Pattern MAJOR = Pattern.compile("v(\\d+)\\..*", Pattern.DOTALL);

    @Test
    void shouldPassItsOwnTestsUnderNode() throws Exception {
        Assumptions.assumeTrue(nodeMajor() >= OLDEST_NODE, "Node.js 18 or newer is missing");
        Process tests = start("node", "--test", "src/test/js/client.test.mjs", "src/test/js/move.test.mjs");
        String output = new String(tests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, tests.waitFor(), output);
    }

    @Test
    void shouldRunTheCodeOfFlussonicsDocumentation() throws Exception {
        try (RunningServer server = RunningServer.start();
                Chromium chromium = Chromium.start()) {
            chromium.open(server.url() + "/");
            chromium.driver().executeScript(Chromium.script("documentation.js"), server.url());
            chromium.run("waitFor('streaming', () => window.events.includes('streaming'))");
            chromium.run("waitFor('play', () => window.events.includes('play'))");
            chromium.run("waitFor('the picture', () => player.getVideoPlaybackQuality().totalVideoFrames > 20)");
            chromium.run("waitFor('the preview', () => preview.getVideoPlaybackQuality().totalVideoFrames > 20)");
            assertEquals(1, server.engine().stream("live").orElseThrow().players());
            chromium.run("(stopBoth(), 0)");
            chromium.run("waitFor('the end', async () => "
                    + "(await (await fetch('/-/streams')).json()).streams.length === 0)");
            assertTrue(chromium.errors().isEmpty(), chromium.errors()::toString);
        }
    }

    private static int nodeMajor() throws InterruptedException {
        try {
            Process version = start("node", "--version");
            String output = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher matcher = MAJOR.matcher(output);
            return version.waitFor(10, TimeUnit.SECONDS) && matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Starts it in this module's folder, wherever the tests run from. */
    private static Process start(String... command) throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path module = Files.isDirectory(here.resolve("src/test/js")) ? here : here.resolve("signaling-undertow");
        return new ProcessBuilder(List.of(command))
                .directory(module.toFile())
                .redirectErrorStream(true)
                .start();
    }
}
