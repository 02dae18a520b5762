package dev.sluice.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trials with real processes that do nothing. */
class ComparisonTest {
    private static final LoadCase LOAD = new LoadCase(1, 10, 250, 1_200, "even", "gcm");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    private Comparison compare(String json, String... servers) throws IOException, InterruptedException {
        LoadRunner loads = new LoadRunner(FakeServers.load(folder, json), folder, "0", 1, 0);
        Trial trial = new Trial(loads, folder, "0", new PrintStream(progress, true, StandardCharsets.UTF_8));
        trial.run(List.of(servers).stream().map(FakeServers::named).toList(), List.of(LOAD), 1);
        return new Comparison("sluice", List.of(servers), List.of(LOAD), trial);
    }

    @Test
    void shouldPutServersBesideSluiceWithRatios() throws IOException, InterruptedException {
        Comparison found = compare(FakeServers.result(2, 0, false), "sluice", "rival");
        assertEquals(1, found.ratio("rival", LOAD));
        assertEquals("rival", found.bestRival(LOAD).orElseThrow());
        assertTrue(found.text().contains("1 × 10 players, 250 packets/s of 1,200 B, even, AEAD_AES_128_GCM"));
        assertTrue(found.markdown().contains("| rival | ROT13 | 2.00 |"), found.markdown());
        String json =
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(found.json());
        assertTrue(json.contains("\"saturated\" : false"), json);
        assertTrue(progress.toString(StandardCharsets.UTF_8).startsWith("Round 1/1, sluice, 1 × 10 players"));
    }

    @Test
    void shouldGiveNoRatioWhenTheLoadWasSaturated() throws IOException, InterruptedException {
        Comparison found = compare(FakeServers.result(2, 0, true), "sluice", "rival");
        assertTrue(Double.isNaN(found.ratio("rival", LOAD)));
        assertFalse(found.bestRival(LOAD).isPresent());
        assertTrue(found.text().contains("refused: the load was saturated: its sockets"), found.text());
        assertTrue(found.verdict(LOAD).startsWith("No rival here"));
    }

    @Test
    void shouldSayWhatALoadSaidLastWhenItFails() throws IOException, InterruptedException {
        LoadRunner loads = new LoadRunner(
                List.of("sh", "-c", "echo first; echo it rained >&2; exit 3", "load"), folder, "0", 1, 0);
        Trial trial = new Trial(loads, folder, "0", new PrintStream(progress, true, StandardCharsets.UTF_8));
        trial.run(List.of(FakeServers.named("sluice")), List.of(LOAD), 1);
        Samples samples = trial.samples().get(new Trial.Row("sluice", LOAD));
        assertEquals("refused: the load failed: it rained", samples.remark());
    }
}
