package dev.sluice.benchmarks.floor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Other programs, run to their end. Stateless. */
final class Programs {
    private Programs() {}

    /**
     * Runs a program.
     *
     * @throws MissingException when it is not there or fails; the message has the last line it wrote
     */
    static void run(String input, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output;
            try (InputStream out = process.getInputStream()) {
                output = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            if (process.waitFor() != 0) {
                throw new MissingException(command[0] + " failed: " + output.substring(output.lastIndexOf('\n') + 1));
            }
        } catch (IOException e) {
            throw new MissingException(command[0] + " is missing");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MissingException("interrupted");
        }
    }
}
