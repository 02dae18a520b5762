package dev.sluice.benchmarks.floor;

import dev.sluice.engine.net.FanoutRig;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** The fan-out in C, as a process that is told what to do ({@code floor.c}). Confined to one thread. */
final class CFloor implements AutoCloseable {
    /** Messages in one sendmmsg: 16 to 64 measured the same within 1 %, 4 and 100 cost up to 4 % more. */
    private static final int MESSAGES = 32;

    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;
    private final String library;

    /** Starts the program, with a socket in the calling thread's network, and tells it the players. */
    CFloor(Path program, SrtpProfile profile, int cpu, Network network, byte[] payload) {
        try {
            process = new ProcessBuilder(
                            program.toString(),
                            profile.isAead() ? "gcm" : "cm",
                            network.local().getHostAddress(),
                            Integer.toString(cpu),
                            Integer.toString(MESSAGES))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            answers = process.inputReader(StandardCharsets.US_ASCII);
            commands = process.outputWriter(StandardCharsets.US_ASCII);
            library = answer();
            tell("payload " + HexFormat.of().formatHex(payload));
            for (int i = 0; i < network.players().size(); i++) {
                tell(player(profile, i, network.players().get(i)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles the program into the folder. */
    static Path compile(Path folder) {
        try (InputStream source = CFloor.class.getResourceAsStream("/floor.c")) {
            Path file = folder.resolve("floor.c");
            Files.write(file, source.readAllBytes());
            Path program = folder.resolve("floor");
            Programs.run("", "gcc", "-O3", "-march=native", "-o", program.toString(), file.toString(), "-lcrypto");
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the folder away, with what was compiled in it. */
    static void clean(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve("floor.c"));
        Files.deleteIfExists(folder.resolve("floor"));
        Files.delete(folder);
    }

    /** The same keys and SSRC as the engine's player has. */
    private static String player(SrtpProfile profile, int index, InetSocketAddress to) {
        SrtpKeys keys = FanoutRig.playerKeys(profile, index);
        HexFormat hex = HexFormat.of();
        return "player %s %d %d %d %s %s"
                .formatted(
                        to.getAddress().getHostAddress(),
                        to.getPort(),
                        FanoutRig.playerSsrc(index),
                        1_000 + index,
                        hex.formatHex(keys.localKey()),
                        hex.formatHex(keys.localSalt()));
    }

    private void tell(String command) throws IOException {
        commands.write(command + '\n');
        commands.flush();
        String answer = answer();
        if (!answer.equals("ok")) {
            throw new IOException("the C floor answers " + answer);
        }
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the C floor has ended");
        }
        return line;
    }

    /** The libcrypto it runs with, as that names itself. */
    String library() {
        return library;
    }

    /**
     * Runs one of its loops.
     *
     * @return ns of its thread's processor time for each packet
     */
    double measure(String loop, int frames) {
        try {
            commands.write(loop + ' ' + frames + '\n');
            commands.flush();
            String[] answer = answer().split(" ");
            return Double.parseDouble(answer[1]) / Double.parseDouble(answer[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It ends with its input. */
    @Override
    public void close() {
        try {
            commands.close();
            process.waitFor();
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
