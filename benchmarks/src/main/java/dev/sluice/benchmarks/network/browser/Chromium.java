package dev.sluice.benchmarks.network.browser;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A headless Chromium of this machine with a profile of its own, which goes with it. Confined to one thread. */
public final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final List<String> FLAGS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            "--autoplay-policy=no-user-gesture-required",
            "--mute-audio",
            "--disable-features=WebRtcHideLocalIpsWithMdns",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            // Pages behind others are measured as well.
            "--disable-background-timer-throttling",
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
            "--remote-debugging-port=0");
    private static final long PATIENCE_NS = 60_000_000_000L;
    private static final int POLL_MILLIS = 20;
    private static final int END_S = 5;
    private static final String PAGE = "<!doctype html><title>Sluice</title><body style=\"margin:0\"></body>";

    private final Process process;
    private final Path profile;
    private final HttpServer pages;
    private final Thread ender = new Thread(this::end);
    private DevTools devTools;

    private Chromium(Process process, Path profile, HttpServer pages) {
        this.process = process;
        this.profile = profile;
        this.pages = pages;
        Runtime.getRuntime().addShutdownHook(ender);
    }

    /** Whether there is one on the PATH. */
    public static boolean isInstalled() {
        return program() != null;
    }

    private static String program() {
        String[] folders = System.getenv().getOrDefault("PATH", "").split(":", -1);
        return NAMES.stream()
                .flatMap(name -> Stream.of(folders).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
    }

    /** Starts one and waits until it can be driven. */
    public static Chromium start() throws IOException, InterruptedException {
        String program = program();
        if (program == null) {
            throw new IOException("chromium is missing (apt-get install chromium)");
        }
        Path profile = Files.createTempDirectory("sluice-chromium");
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(FLAGS);
        command.add("--user-data-dir=" + profile);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        // What it leaves behind goes with the profile.
        builder.environment().put("TMPDIR", profile.toString());
        Chromium chromium = new Chromium(builder.start(), profile, servePage());
        try {
            chromium.devTools = DevTools.connect(chromium.awaitPort());
            return chromium;
        } catch (IOException | InterruptedException | RuntimeException e) {
            chromium.close();
            throw e;
        }
    }

    /** An empty page on loopback: pages without an origin get no microphone, and without it no addresses of interfaces. */
    private static HttpServer servePage() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", "text/html");
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
            }
        });
        server.start();
        return server;
    }

    /** Chromium writes its port and path into a file of its profile. */
    private URI awaitPort() throws IOException, InterruptedException {
        Path file = profile.resolve("DevToolsActivePort");
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < PATIENCE_NS) {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            if (lines.size() == 2) {
                return URI.create("ws://127.0.0.1:" + lines.getFirst() + lines.get(1));
            }
            if (!process.isAlive()) {
                throw new IOException("chromium ended at once");
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IOException("chromium does not come up");
    }

    /** Opens a window with the client in it. */
    public Page open() throws IOException {
        String url = "http://127.0.0.1:" + pages.getAddress().getPort() + "/";
        String target = devTools.call("", "Target.createTarget", Map.of("url", url, "newWindow", true))
                .path("targetId")
                .asText();
        String session = devTools.call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId")
                .asText();
        return Page.open(devTools, target, session);
    }

    private void end() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() throws IOException {
        if (devTools != null) {
            devTools.close();
        }
        end();
        pages.stop(0);
        Runtime.getRuntime().removeShutdownHook(ender);
        deleteProfile();
    }

    /** Its last processes may still write while they end. */
    private void deleteProfile() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try (Stream<Path> files = Files.walk(profile)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
                return;
            } catch (IOException | UncheckedIOException e) {
                if (attempt == 100) {
                    throw new IOException(profile + " cannot be deleted", e);
                }
                LockSupport.parkNanos(POLL_MILLIS * 1_000_000L);
            }
        }
    }
}
