package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server's process and where it is reached. Confined to the main thread, but for what ends it with this process. */
public final class RunningServer implements AutoCloseable {
    private static final long PATIENCE_NS = 60_000_000_000L;
    private static final int POLL_MILLIS = 50;
    private static final int REQUEST_MILLIS = 2_000;
    private static final int END_S = 10;

    private final String name;
    private final Process process;
    private final Path output;
    private final Thread ender = new Thread(this::end);
    private final List<AutoCloseable> parts = new ArrayList<>();
    private URI url = URI.create("http://127.0.0.1/");
    private String whip = "";
    private String whep = "";

    private RunningServer(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
        Runtime.getRuntime().addShutdownHook(ender);
    }

    /**
     * Starts a process on its cores; its output goes into the folder.
     *
     * @param environment added to ours
     */
    static RunningServer launch(
            String name, String cpu, Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpu));
        pinned.addAll(command);
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(pinned)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new RunningServer(name, builder.start(), output);
    }

    /** A TCP port of loopback that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until an address answers, whatever it is. */
    void awaitReady(URI ready) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        while (!answers(ready)) {
            if (!process.isAlive()) {
                throw new IOException(name + " ended at once: " + lastLine());
            }
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                throw new IOException(name + " does not answer at " + ready + ": " + lastLine());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static boolean answers(URI ready) {
        try {
            HttpURLConnection connection = (HttpURLConnection) ready.toURL().openConnection();
            connection.setConnectTimeout(REQUEST_MILLIS);
            connection.setReadTimeout(REQUEST_MILLIS);
            return connection.getResponseCode() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private String lastLine() throws IOException {
        try (Stream<String> lines = Files.lines(output, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> !line.isBlank())
                    .reduce((first, second) -> second)
                    .orElse("it said nothing");
        }
    }

    /** Says where clients go; the templates may have {stream}. */
    void serveAt(URI newUrl, String newWhip, String newWhep) {
        url = newUrl;
        whip = newWhip;
        whep = newWhep;
    }

    /** What is to be closed with it. */
    void add(AutoCloseable part) {
        parts.add(part);
    }

    public String name() {
        return name;
    }

    URI url() {
        return url;
    }

    public String whip() {
        return whip;
    }

    public String whep() {
        return whep;
    }

    /** Its process and all that this one started. */
    List<Long> pids() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
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
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IOException(name + " cannot be stopped", e);
            }
        }
        end();
        Runtime.getRuntime().removeShutdownHook(ender);
    }
}
