package dev.sluice.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.benchmarks.compare.chart.ChartTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command once, as small as can be, with a load that measures nothing. */
@Order(1)
class CompareTest {
    private static final String[] SHORT = {"--rounds", "1", "--seconds", "1", "--warm-up", "0", "--load-cpu", "0"};

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    private int run(java.util.concurrent.Callable<Integer> command, String... more) {
        List<String> arguments = Stream.concat(
                        Stream.concat(Stream.of(SHORT), Stream.of(more)),
                        Stream.of("--results", folder.resolve("results").toString()))
                .toList();
        return Compare.run(command, out, arguments.toArray(String[]::new));
    }

    @Test
    void shouldDrawACurve() throws IOException {
        Scale scale = new Scale(out, out, (name, arguments) -> FakeServers.named(name));
        scale.common.loadProgram = FakeServers.load(folder, FakeServers.result(2, 0, false));
        Path docs = folder.resolve("docs");
        assertEquals(
                0, run(scale, "--quick", "--only", "loops", "--shape", "even", "--docs", docs.toString()), this::text);
        ChartTest.assertWellFormed(Files.readString(docs.resolve("scale-loops.svg")));
        assertTrue(text().contains("sluice --loops 2, 1 × 4 players"), this::text);
        JsonNode json =
                new ObjectMapper().readTree(folder.resolve("results/scale.json").toFile());
        assertEquals(2, json.path("rows").size());
    }

    @Test
    void shouldDrawNothingWhenNoPointStands() throws IOException {
        Scale scale = new Scale(out, out, (name, arguments) -> FakeServers.named(name));
        scale.common.loadProgram = FakeServers.load(folder, FakeServers.result(2, 5, false));
        Path docs = folder.resolve("docs");
        assertEquals(
                0, run(scale, "--quick", "--only", "loops", "--shape", "even", "--docs", docs.toString()), this::text);
        assertFalse(Files.exists(docs));
        assertTrue(text().contains("No picture of loops"), this::text);
    }

    @Test
    void shouldPutTargetsIntoADatedReport() throws IOException {
        Report report = new Report(out, out, (name, arguments) -> FakeServers.named(name));
        report.common.loadProgram = FakeServers.load(folder, FakeServers.result(2, 0, false));
        assertEquals(0, run(report, "--quick", "--only", "targets"), this::text);
        List<Path> pages;
        try (Stream<Path> files = Files.list(folder.resolve("results"))) {
            pages = files.filter(each -> each.toString().endsWith(".md")).toList();
        }
        assertEquals(1, pages.size());
        String page = Files.readString(pages.getFirst());
        assertTrue(page.contains("| engine fan-out against the C floor, ratio R | ≤ 1.15 | – |"), page);
        assertTrue(page.contains("evenly spaced 4 ms apart, GCM | ≤ 3.2 µs | 2.00 µs |"), page);
        assertTrue(page.contains("| ≤ 100 ms | 20.0 ms |"), page);
    }

    @Test
    void shouldSayInOneLineWhatIsWrongWithTheOptions() {
        Scale scale = new Scale(out, out, (name, arguments) -> FakeServers.named(name));
        assertEquals(2, run(scale, "--only", "nothing"));
        assertTrue(text().startsWith("--only takes [players, streams, loops, size]"), this::text);
        assertEquals(1, run(new Compare(out, out), "--only", "nobody"));
        assertTrue(text().contains("./bench compare: no server to measure"), this::text);
    }
}
