package dev.sluice.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Sluice started for a load, on free ports of loopback. Confined to the main thread and the shutdown hook. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("http://[0-9.]+:[0-9]+");
    private static final int PATIENCE_S = 10;

    private final Process process;
    private final String readyLine;

    private ServerProcess(Process process, String readyLine) {
        this.process = process;
        this.readyLine = readyLine;
    }

    /**
     * Starts {@code ./run} of the present directory.
     *
     * @param cpus as taskset takes them
     * @param arguments more of them
     */
    static ServerProcess start(String cpus, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("taskset", "-c", cpus, Path.of("run").toAbsolutePath().toString()));
        command.addAll(List.of("--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0", "--media-port", "0"));
        command.addAll(List.of("--announce", "127.0.0.1"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        if (line == null || !URL.matcher(line).find()) {
            process.destroy();
            throw new IOException("the server did not start: " + line);
        }
        Thread.ofPlatform().daemon().name("server-output").start(() -> drain(lines));
        return new ServerProcess(process, line);
    }

    /** A full pipe would stop the server. */
    private static void drain(BufferedReader lines) {
        try {
            while (lines.readLine() != null) {
                // Nobody reads it.
            }
        } catch (IOException e) {
            // The server has ended.
        }
    }

    URI url() {
        Matcher matcher = URL.matcher(readyLine);
        if (!matcher.find()) {
            throw new IllegalStateException(readyLine);
        }
        return URI.create(matcher.group());
    }

    /** What it says of itself: loops, SRTP provider. */
    String readyLine() {
        return readyLine;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
