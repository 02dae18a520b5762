package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.ConfigSource;
import dev.sluice.signaling.config.OwnStream;
import dev.sluice.signaling.config.StreamRule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The streams file when its writer is killed, or may write no more. */
@Order(1)
class KillTest {
    private static final int KILLS = 5;

    @TempDir
    Path folder;

    /** Changes the file for ever, and says each change that is kept. */
    public static void main(String[] arguments) throws Exception {
        ConfigKeeper keeper = keeper(Path.of(arguments[0]));
        for (int i = Integer.parseInt(arguments[1]); ; i++) {
            String name = "s" + i % 50;
            StreamRule rule = new StreamRule(name, Integer.toString(i), "x".repeat(900));
            try {
                keeper.change(state -> state.own().with(OwnStream.of(rule)));
                System.out.println(i);
            } catch (IOException e) {
                boolean kept = keeper.live()
                        .get()
                        .access()
                        .streams()
                        .find(name)
                        .map(StreamRule::password)
                        .orElse("")
                        .equals(Integer.toString(i));
                System.out.println(kept ? "kept what was refused" : "refused");
                return;
            }
        }
    }

    private static ConfigKeeper keeper(Path config) throws Exception {
        return ConfigKeeper.start(ConfigSource.of(config, UnaryOperator.identity()));
    }

    private Process child(List<String> shell, Path config, int first) throws IOException {
        List<String> command = new ArrayList<>(shell);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                KillTest.class.getName(),
                config.toString(),
                Integer.toString(first)));
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }

    @Test
    void shouldHaveEveryAcknowledgedChangeWhenItIsKilledAtAnyMoment() throws Exception {
        Path config = Files.writeString(folder.resolve("x.conf"), "");
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        Random random = new Random(seed);
        int acknowledged = -1;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = child(List.of(), config, acknowledged + 1);
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                int until = acknowledged + 60 + random.nextInt(60);
                String line = out.readLine();
                while (line != null && Integer.parseInt(line) < until) {
                    acknowledged = Integer.parseInt(line);
                    line = out.readLine();
                }
                // At some point of the write that is under way.
                long spinNs = System.nanoTime() + random.nextInt(2_000_000);
                while (System.nanoTime() < spinNs) {
                    Thread.onSpinWait();
                }
                // Process.destroyForcibly would close our end of its output.
                process.toHandle().destroyForcibly();
                process.waitFor();
                while (line != null) {
                    acknowledged = Math.max(acknowledged, Integer.parseInt(line));
                    line = out.readLine();
                }
            }
            assertTrue(acknowledged > 50, () -> "nothing was written, -Dsluice.seed=" + seed);
            check(config, acknowledged, seed);
        }
    }

    /** All that was acknowledged, and at most one more that was not any more. */
    private static void check(Path config, int acknowledged, long seed) throws Exception {
        ConfigKeeper keeper = keeper(config);
        assertEquals(50, keeper.state().own().streams().size());
        for (int i = acknowledged - 49; i <= acknowledged; i++) {
            int found = Integer.parseInt(
                    keeper.state().own().streams().get("s" + i % 50).said().password());
            boolean next = i == acknowledged - 49 && found == acknowledged + 1;
            assertTrue(found == i || next, "s" + i % 50 + " has " + found + ", -Dsluice.seed=" + seed);
        }
    }

    /** A bound on a file's size fails in the middle of a write, as a full disk does. */
    @Test
    void shouldKeepTheOldFileWholeWhenThereIsNoRoomForTheNewOne() throws Exception {
        Path config = Files.writeString(folder.resolve("x.conf"), "");
        Process process = child(List.of("/bin/bash", "-c", "ulimit -f 16; exec \"$@\"", "limited"), config, 0);
        List<String> lines;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines = out.lines().toList();
        }
        process.waitFor();
        assertEquals("refused", lines.getLast(), () -> read(folder.resolve("stderr")));
        int kept = lines.size() - 1;
        assertTrue(kept >= 5, lines.toString());
        assertEquals(kept, keeper(config).state().own().streams().size());
        assertTrue(Files.notExists(folder.resolve("x.streams.conf.tmp")));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
