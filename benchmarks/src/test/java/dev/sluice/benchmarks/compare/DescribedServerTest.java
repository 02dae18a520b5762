package dev.sluice.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescribedServerTest {
    @TempDir
    private Path folder;

    @Test
    void shouldStartWithItsFilesAndEndWithItsProcess() throws IOException, InterruptedException {
        long pid;
        try (RunningServer server = FakeServers.named("fake").start("0", folder)) {
            pid = server.pids().getFirst();
            assertTrue(ProcessHandle.of(pid).isPresent());
            assertEquals("port " + server.url().getPort(), Files.readString(folder.resolve("about.txt")));
            URI whip = URI.create(server.whip().replace("{stream}", "s"));
            assertEquals(server.url().getPort(), whip.getPort());
            assertEquals("/s/whip", whip.getPath());
        }
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    @Test
    void shouldSayWhatAServerSaidThatEndsAtOnce() throws IOException {
        Path file = folder.resolve("bad.json");
        Files.writeString(file, """
                {"name": "bad", "command": ["/bin/sh", "-c", "echo no room; exit 1"],
                 "ready": "http://127.0.0.1:{port}/", "whip": "", "whep": ""}
                """);
        DescribedServer bad = DescribedServer.read(file);
        IOException refused = assertThrows(IOException.class, () -> bad.start("0", folder));
        assertEquals("bad ended at once: no room", refused.getMessage());
    }

    @Test
    void shouldNameTheFileAndWhatIsWrongWithIt() throws IOException {
        Path file = folder.resolve("rival.json");
        Files.writeString(file, """
                {"name": "rival", "comand": ["sh"], "command": ["sh"], "ready": "", "whip": "", "whep": ""}
                """);
        String message = assertThrows(IOException.class, () -> DescribedServer.read(file))
                .getMessage();
        assertTrue(message.startsWith(file + ": ") && message.contains("comand"), message);
        Files.writeString(file, "{\"name\": \"rival\", \"command\": [\"sh\"], \"whip\": \"\", \"whep\": \"\"}");
        message = assertThrows(IOException.class, () -> DescribedServer.read(file))
                .getMessage();
        assertTrue(message.contains("name, command, ready, whip and whep are needed"), message);
    }

    @Test
    void shouldKnowWhetherItsProgramIsHere() throws IOException {
        assertEquals("", FakeServers.named("fake").missing());
        Path file = folder.resolve("rival.json");
        Files.writeString(
                file,
                "{\"name\": \"rival\", \"command\": [\"no-such-program\"], \"ready\": \"\", \"whip\": \"\", \"whep\": \"\"}");
        assertEquals(
                "rival is not here: no no-such-program",
                DescribedServer.read(file).missing());
    }

    @Test
    void shouldReadSluiceAndAllExamples() throws IOException {
        assertEquals(
                "sluice --loops 2",
                DescribedServer.sluice("sluice --loops 2", List.of("--loops", "2"))
                        .name());
        try (Stream<Path> files = Files.list(Path.of("servers"))) {
            List<Path> examples =
                    files.filter(each -> each.toString().endsWith(".json")).toList();
            assertFalse(examples.isEmpty());
            for (Path example : examples) {
                assertFalse(DescribedServer.read(example).name().isEmpty());
            }
        }
    }
}
