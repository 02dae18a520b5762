package dev.sluice.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Janus itself, its front, and the real load, in a network of their own. */
class JanusTest {
    @TempDir
    private Path folder;

    @Test
    void shouldForwardToTwoPlayersOfJanus() throws IOException, InterruptedException {
        assumeTrue(JanusContender.isInstalled(), "janus is not installed");
        assumeTrue(OwnNetwork.isPossible(), "no network namespace can be made here");
        List<String> command = Java.command(
                Compare.class.getName(),
                List.of(
                        "--only",
                        "janus",
                        "--players",
                        "2",
                        "--shape",
                        "chromium",
                        "--profile",
                        "gcm",
                        "--rounds",
                        "1",
                        "--seconds",
                        "1",
                        "--warm-up",
                        "1",
                        "--load-cpu",
                        "0",
                        "--results",
                        folder.toString()));
        Process process = OwnNetwork.builder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        JsonNode row = new ObjectMapper()
                .readTree(folder.resolve("compare.json").toFile())
                .path("rows")
                .path(0);
        assertTrue(row.path("srtp").asText().startsWith("libsrtp on "), said);
        assertTrue(row.path("runs").path(0).path("forwarded_packets").asLong() > 0, said);
        assertEquals(0, row.path("runs").path(0).path("joins").path("failed").asInt(), said);
    }
}
