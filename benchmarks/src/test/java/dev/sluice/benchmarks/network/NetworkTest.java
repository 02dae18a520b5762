package dev.sluice.benchmarks.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.benchmarks.compare.Compare;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream to = new PrintStream(said, true, StandardCharsets.UTF_8);

    private int run(String arguments) {
        return Compare.run(new Network(to, to), to, arguments.split(" ", -1));
    }

    @Test
    void shouldNameAllNetworks() {
        assertEquals(0, run("--list"));
        String text = said.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("player-loss-5      5 % lost, player's ways"), text);
        assertEquals(Profiles.all(1).size(), text.lines().count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--profile nowhere",
                "--seconds 0",
                "--warm-up -1",
                "--codec h263",
                "--whip http://127.0.0.1:9/{stream}"
            })
    void shouldRefuseWhatMakesNoSense(String arguments) {
        assertEquals(2, run(arguments));
    }
}
