package dev.sluice.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole loads, small ones, on the real engine. What comes must be right; how fast it comes is not asked. */
class LoadTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "uplink", "even", "audio"})
    void shouldGetEveryPacketInOrderAndIntact(String shape) throws IOException {
        JsonNode result = load("--shape", shape, "--players", "3");
        assertEquals(3, result.get("players").intValue());
        assertTrue(result.get("sent_packets").longValue() > 0);
        assertEquals(
                3 * result.get("sent_packets").longValue(),
                result.get("forwarded_packets").longValue());
        assertTrue(result.get("latency_ms").get("count").longValue() > 0);
        assertEquals(shape.equals("audio"), result.get("held_ms").get("count").longValue() == 0);
    }

    @Test
    void shouldForwardEachStreamToItsOwnPlayersWithTheOtherCipher() throws IOException {
        JsonNode result = load("--streams", "3", "--players", "2", "--profile", "cm", "--reports", "20");
        assertEquals(6, result.get("players").intValue());
        assertEquals(
                2 * result.get("sent_packets").longValue(),
                result.get("forwarded_packets").longValue());
    }

    @Test
    void shouldCountTheJoinsOfAStormApart() throws IOException {
        JsonNode result = load("--storm", "--watching", "2", "--players", "5");
        assertEquals(7, result.get("players").intValue());
        assertEquals(5, result.get("joins").get("count").intValue());
        assertTrue(result.get("latency_ms").get("count").longValue() > 0);
    }

    private JsonNode load(String... options) throws IOException {
        Path json = directory.resolve("result.json");
        try (EngineServer server = new EngineServer()) {
            List<String> all = new ArrayList<>(List.of(
                    "--server", server.url().toString(),
                    "--pid", Long.toString(ProcessHandle.current().pid()),
                    "--seconds", "1",
                    "--warm-up", "0",
                    "--sample", "1",
                    "--load-cpu", "",
                    "--json", json.toString()));
            all.addAll(List.of(options));
            assertEquals(0, run(all.toArray(String[]::new)), () -> err.toString(StandardCharsets.UTF_8));
            assertEquals(0, server.sessions(), "what was opened is closed");
        }
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(0, result.get("joins").get("failed").intValue(), result::toString);
        for (String check : List.of("gaps", "out_of_order", "bad", "strayed", "other_ssrc", "players_without_media")) {
            assertEquals(0, result.get("checks").get(check).longValue(), () -> check + " in " + result);
        }
        assertTrue(result.get("cpu_us_per_packet").doubleValue() > 0);
        assertFalse(out.toString(StandardCharsets.UTF_8).isBlank());
        return result;
    }

    private int run(String... args) {
        return Load.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void shouldGoNowhereButToThisMachine() {
        assertEquals(1, run("--server", "http://192.0.2.1:8080", "--load-cpu", ""));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("a load goes nowhere else"));
    }

    @Test
    void shouldSayWhatIsWrongWithTheOptions() {
        assertEquals(2, run("--players", "3"));
        assertEquals(2, run("--start", "--players", "20000"));
        assertEquals(2, run("--start", "--shape", "round"));
        assertEquals(0, run("--help"));
    }
}
