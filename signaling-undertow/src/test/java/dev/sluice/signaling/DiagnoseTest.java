package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.ConfigFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./run diagnose} against a running server and without one. */
class DiagnoseTest {
    /** Every secret that a config can have, each with a word to be looked for. */
    private static final String CONFIG = """
            listen = "127.0.0.1:0"
            tls_listen = "127.0.0.1:0"
            media_port = 0
            loops = 1
            turn { urls = ["turn:turn.example.com"], secret = "hidden-turn-secret" }
            streams {
              cam { input = "publish://", password = "hidden-publish", play_password = "hidden-play" }
              "studio/*" { input = "publish://", password = "hidden-pattern" }
            }
            """;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int diagnose(String... options) {
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        String[] args = new String[options.length + 1];
        args[0] = "diagnose";
        System.arraycopy(options, 0, args, 1, options.length);
        return Main.run(args, out, out);
    }

    private static Map<String, String> parts(InputStream zip) throws IOException {
        Map<String, String> parts = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(zip)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName();
                parts.put(name.substring(name.indexOf('/') + 1), new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return parts;
    }

    @Test
    void shouldCollectEverythingButSecretsFromARunningServer() throws Exception {
        Path config = Files.writeString(folder.resolve("sluice.conf"), CONFIG);
        Path file = folder.resolve("report.zip");
        try (RunningServer server = RunningServer.start(ConfigFile.read(config))) {
            assertEquals(0, diagnose("--url", server.url() + "/", "--token", "hidden-token", "--out", file.toString()));
        }
        Map<String, String> parts = parts(Files.newInputStream(file));
        assertEquals(
                List.of(
                        "about.txt",
                        "config.txt",
                        "counters.txt",
                        "errors.txt",
                        "jvm.txt",
                        "limits.txt",
                        "log.txt",
                        "loops.txt",
                        "metrics.txt",
                        "sessions.txt",
                        "streams.txt",
                        "threads.txt",
                        "versions.txt"),
                List.copyOf(parts.keySet()));
        parts.forEach((name, text) -> {
            assertFalse(text.contains("hidden"), name + ":\n" + text);
            assertFalse(text.startsWith("could not be collected"), name + ": " + text);
        });
        String shown = parts.get("config.txt");
        assertTrue(shown.contains("turn.secret = (set)"), shown);
        assertTrue(shown.contains(".pattern = studio/*"), shown);
        assertTrue(shown.contains(".playPassword = (set)"), shown);
        assertTrue(shown.contains("turn.urls[0].host = turn.example.com"), shown);
        assertTrue(shown.contains("media.loops = 1"), shown);
        assertTrue(parts.get("versions.txt").contains("undertow-core-"), parts.get("versions.txt"));
        assertTrue(parts.get("threads.txt").contains("media-loop-0"));
        assertTrue(parts.get("loops.txt").contains("datagrams_in "));
        assertTrue(parts.get("metrics.txt").contains("sluice_build_info"));
        assertTrue(parts.get("jvm.txt").contains("== arguments"));
    }

    @Test
    void shouldMakeWhatCanBeHadWhenNoServerAnswers() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Path config = Files.writeString(folder.resolve("sluice.conf"), CONFIG);
        Path file = folder.resolve("report.zip");
        assertEquals(
                0,
                diagnose("--url", "http://127.0.0.1:" + free, "--config", config.toString(), "--out", file.toString()));
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("No server answers"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Map<String, String> parts = parts(Files.newInputStream(file));
        assertTrue(parts.get("about.txt").contains("WITHOUT the server"));
        assertTrue(parts.containsKey("versions.txt"));
        assertTrue(parts.get("config.txt").contains("turn.secret = (set)"));
        parts.values().forEach(text -> assertFalse(text.contains("hidden"), text));
    }

    @Test
    void shouldNotRepeatTheValueThatAConfigIsRefusedFor() throws Exception {
        Path config = Files.writeString(folder.resolve("sluice.conf"), "\nturn { urls = \"hidden\", secret = 1 }\n");
        Path file = folder.resolve("report.zip");
        assertEquals(0, diagnose("--url", "nonsense", "--config", config.toString(), "--out", file.toString()));
        String shown = parts(Files.newInputStream(file)).get("config.txt");
        assertTrue(shown.startsWith("refused at ") && shown.contains("sluice.conf:2"), shown);
        assertFalse(shown.contains("hidden"), shown);
    }

    @Test
    void shouldSayWhatToDoWhenTheCertificateIsNotTrusted() throws Exception {
        Path file = folder.resolve("report.zip");
        try (RunningServer server = RunningServer.start()) {
            assertEquals(1, diagnose("--url", server.tlsUrl(), "--out", file.toString()));
            String plain = server.tlsUrl().replace("https:", "http:");
            assertTrue(
                    said.toString(StandardCharsets.UTF_8).contains("--url " + plain),
                    said.toString(StandardCharsets.UTF_8));
            assertFalse(Files.exists(file));
            assertEquals(0, diagnose("--url", plain, "--out", file.toString()));
            assertTrue(Files.exists(file));
        }
    }

    @Test
    void shouldEndWith1AndWriteNothingWhenTheServerRefuses() throws Exception {
        Path file = folder.resolve("report.zip");
        try (ServerSocket refusing = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> {
                try (var socket = refusing.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream()
                            .write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertEquals(1, diagnose("--url", "http://127.0.0.1:" + refusing.getLocalPort(), "--out", file.toString()));
        }
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("--token"));
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldExitWith2WhenOptionsAreWrong() {
        assertEquals(Main.EXIT_USAGE, diagnose("--nonsense"));
        assertEquals(0, diagnose("--help"));
    }
}
