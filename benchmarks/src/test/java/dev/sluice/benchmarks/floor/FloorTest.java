package dev.sluice.benchmarks.floor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Short runs of the whole thing, in which C's and the engine's packets are compared. No figure is judged. */
class FloorTest {
    private static final int MISSING = 2;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private JsonNode run(String... more) throws IOException {
        Path file = folder.resolve("floor.json");
        CommandLine command = new CommandLine(new Floor());
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] args = {"--quick", "--json", file.toString()};
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        int exit = command.execute(all);
        assumeFalse(exit == MISSING, err::toString);
        // A slow floor may be a busy machine's.
        assertTrue(exit == 0 || err.toString().startsWith("A slow floor"), err::toString);
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void shouldMeasureBothOverEachPathWhenTheyCanBeHad() throws IOException {
        JsonNode json = run("--players", "5");
        assertTrue(json.get("ratio").asDouble() > 0);
        assertTrue(out.toString().lines().toList().getLast().startsWith("ratio "), out::toString);
        JsonNode paths = json.get("paths");
        assertTrue(paths.size() == 2 || paths.size() == 4, "two profiles over loopback, and over veth for root");
        for (JsonNode path : paths) {
            assertEquals(3, path.get("ratio").get("rounds").asInt());
            assertTrue(path.get("c_ns_per_packet").get("median").asDouble() > 0);
            assertTrue(path.get("engine_ns_per_packet").get("median").asDouble() > 0);
        }
    }

    @Test
    void shouldSpreadOneStreamOverTwoLoopsWhenTheyCanBeHad() throws IOException {
        JsonNode json = run("--loops", "--players", "10");
        assertTrue(json.get("loops_ratio").asDouble() > 0);
    }
}
