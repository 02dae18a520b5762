package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.json.Json;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The server as a process of its own: what it prints, how it ends. First, and without media beside it: JVMs that start want all cores. */
@Order(1)
@ResourceLock("browser")
class StartTest {
    private static final Pattern READY =
            Pattern.compile("Sluice ready: open http://127\\.0\\.0\\.1:([0-9]+)/  tls=https://127\\.0\\.0\\.1:[0-9]+/"
                    + "  media=udp:[0-9]+  loops=1  srtp=jdk \\(.+\\)  io=(batch|nio \\(.+\\)).*");

    @TempDir
    Path folder;

    private Process start(String... options) throws Exception {
        return start(Map.of(), options);
    }

    private Process start(Map<String, String> environment, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                // None lives for long.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr").toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void shouldPrintOneReadyLineThenAnswerThenEndWith0WhenTerminated() throws Exception {
        Process process =
                start("--listen=127.0.0.1:0", "--tls-listen=127.0.0.1:0", "--media-port=0", "--loops=1", "--srtp=jdk");
        try (BufferedReader output = output(process)) {
            String line = output.readLine();
            Matcher ready = READY.matcher(String.valueOf(line));
            assertTrue(ready.matches(), line + Files.readString(folder.resolve("stderr")));
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getByName("127.0.0.1"), Integer.parseInt(ready.group(1)));
            try (RawWebSocket socket = RawWebSocket.connect(address, "/cam/webrtc/publish")) {
                socket.nextText();
                // Process.destroy would close our end of its output.
                process.toHandle().destroy();
                assertEquals(1001, socket.awaitClose().closeCode());
                assertTrue(process.waitFor(5, TimeUnit.SECONDS));
            }
            assertEquals(0, process.exitValue());
            assertEquals(null, output.readLine());
        } finally {
            process.destroyForcibly();
        }
    }

    private static final String OFFER =
            """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=mid:0
            a=sendonly
            a=rtcp-mux
            a=ice-ufrag:abcd
            a=ice-pwd:abcdefghijklmnopqrstuvwx
            a=fingerprint:sha-256 %s
            a=setup:actpass
            a=rtpmap:111 opus/48000/2
            """.formatted(String.join(":", Collections.nCopies(32, "AB"))).replace("\n", "\r\n");

    /** A server that drains for an hour at SIGTERM, with a publisher. */
    private Process startDraining(CompletableFuture<InetSocketAddress> address) throws Exception {
        Path config = Files.writeString(
                folder.resolve("sluice.conf"),
                "streams { cam { input = \"publish://\" } }\nmedia_port = 0\ndrain_seconds = 3600\n"
                        + "drain_to = \"http://other.example.com:8080\"\n");
        Process process = start(
                "--config=" + config, "--listen=127.0.0.1:0", "--tls-listen=127.0.0.1:0", "--loops=1", "--srtp=jdk");
        String line = process.inputReader().readLine();
        Matcher ready = READY.matcher(String.valueOf(line));
        assertTrue(ready.matches(), line + Files.readString(folder.resolve("stderr")));
        address.complete(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), Integer.parseInt(ready.group(1))));
        return process;
    }

    private static RawWebSocket publish(InetSocketAddress address) throws Exception {
        RawWebSocket publisher = RawWebSocket.connect(address, "/cam/webrtc/publish");
        publisher.nextText();
        publisher.text(Json.write(Map.of("type", "offer", "sdp", OFFER)));
        assertEquals("answer", Json.parseObject(publisher.nextText()).get("type"));
        publisher.nextText();
        return publisher;
    }

    @Test
    void shouldDrainWhenTerminatedAndEndWith0WhenTheLastHasGone() throws Exception {
        CompletableFuture<InetSocketAddress> address = new CompletableFuture<>();
        Process process = startDraining(address);
        try (RawWebSocket publisher = publish(address.get())) {
            process.toHandle().destroy();
            Map<String, Object> told = Json.parseObject(publisher.nextText());
            assertEquals("http://other.example.com:8080/cam", told.get("url"));
            assertTrue(process.isAlive());
            publisher.close();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldEndAtOnceWhenTerminatedTwice() throws Exception {
        CompletableFuture<InetSocketAddress> address = new CompletableFuture<>();
        Process process = startDraining(address);
        try (RawWebSocket publisher = publish(address.get())) {
            process.toHandle().destroy();
            assertEquals("reconnect", Json.parseObject(publisher.nextText()).get("type"));
            process.toHandle().destroy();
            assertEquals(1001, publisher.awaitClose().closeCode());
            assertTrue(process.waitFor(5, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldTellSystemdWhenItServesAndWhenItStops() throws Throwable {
        String socket = folder.resolve("notify").toString();
        try (UnixDatagrams systemd = UnixDatagrams.bind(socket)) {
            Process process = start(
                    Map.of(ServiceManager.VARIABLE, socket),
                    "--listen=127.0.0.1:0",
                    "--tls-listen=127.0.0.1:0",
                    "--media-port=0",
                    "--loops=1");
            try {
                assertEquals("READY=1", systemd.next());
                process.toHandle().destroy();
                assertEquals("STOPPING=1\nEXTEND_TIMEOUT_USEC=10000000", systemd.next());
                assertEquals(0, process.waitFor());
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void shouldReadItsConfigAgainOnSighup() throws Exception {
        Path config = Files.writeString(folder.resolve("x.conf"), "streams { one { input = \"publish://\" } }");
        Process process = start(
                "--config=" + config,
                "--listen=127.0.0.1:0",
                "--tls-listen=127.0.0.1:0",
                "--media-port=0",
                "--loops=1",
                "--srtp=jdk");
        try (BufferedReader output = output(process)) {
            Matcher ready = READY.matcher(String.valueOf(output.readLine()));
            assertTrue(ready.matches(), Files.readString(folder.resolve("stderr")));
            Files.writeString(config, "streams { two { input = \"publish://\" } }");
            new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + ready.group(1) + "/streamer/api/v3/streams/two"))
                    .build();
            long startNs = System.nanoTime();
            try (HttpClient client = HttpClient.newHttpClient()) {
                // Told after it holds, so the log may come behind the answer.
                while (client.send(request, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                != 200
                        || !Files.readString(folder.resolve("stderr")).contains("config=reloaded cause=")) {
                    assertTrue(process.isAlive() && System.nanoTime() - startNs < 20_000_000_000L);
                }
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldEndWith1AndOneLineWhenTheMediaPortIsInUse() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0)) {
            Process process = start(
                    "--listen=127.0.0.1:0",
                    "--tls-listen=127.0.0.1:0",
                    "--media-port=" + taken.getLocalPort(),
                    "--loops=1");
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertEquals(Main.EXIT_START, process.exitValue());
            List<String> lines = Files.readAllLines(folder.resolve("stderr"));
            assertTrue(lines.getLast().startsWith("sluice: "), lines.toString());
            assertTrue(lines.getLast().contains(Integer.toString(taken.getLocalPort())), lines.toString());
            assertEquals(
                    1,
                    lines.stream().filter(line -> line.startsWith("sluice: ")).count());
        }
    }

    @Test
    void shouldLogJsonOnStderrAndTheReadyLineAsTextOnStdout() throws Exception {
        Path config = Files.writeString(folder.resolve("x.conf"), "log_format = json\n");
        Process process = start(
                "--config=" + config,
                "--listen=127.0.0.1:0",
                "--tls-listen=127.0.0.1:0",
                "--media-port=0",
                "--loops=1",
                "--srtp=jdk");
        try (BufferedReader output = output(process)) {
            assertTrue(String.valueOf(output.readLine()).startsWith("Sluice ready: "));
            process.toHandle().destroy();
            assertTrue(process.waitFor(5, TimeUnit.SECONDS));
            List<String> lines = Files.readAllLines(folder.resolve("stderr")).stream()
                    .filter(line -> line.startsWith("{"))
                    .toList();
            assertTrue(!lines.isEmpty(), Files.readString(folder.resolve("stderr")));
            for (String line : lines) {
                assertTrue(Json.parseObject(line).keySet().containsAll(List.of("time", "level", "logger", "message")));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** This process is told no descriptors, unlike the server's own jar, whose manifest asks for them. */
    @Test
    void shouldEndWith1AndOneLineWhenBatchesAreAskedForAndImpossible() throws Exception {
        Process process =
                start("--listen=127.0.0.1:0", "--tls-listen=127.0.0.1:0", "--media-port=0", "--loops=1", "--io=batch");
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(Main.EXIT_START, process.exitValue());
        List<String> lines = Files.readAllLines(folder.resolve("stderr"));
        assertTrue(lines.getLast().startsWith("sluice: --io batch is not possible: "), lines.toString());
    }
}
