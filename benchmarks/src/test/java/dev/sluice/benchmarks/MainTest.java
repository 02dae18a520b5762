package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in this process (-f 0) and for a moment only: what is measured does not matter here. */
class MainTest {
    private static final String[] SHORT = {"-f", "0", "-wi", "0", "-i", "2", "-r", "10ms"};

    @TempDir
    private Path results;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void runBesideOtherBenchmarks() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    private int run(String... arguments) throws IOException {
        return new Main(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        results)
                .run(arguments);
    }

    private int runShort(String name, String... more) throws IOException {
        String[] arguments = new String[1 + SHORT.length + more.length];
        arguments[0] = name;
        System.arraycopy(SHORT, 0, arguments, 1, SHORT.length);
        System.arraycopy(more, 0, arguments, 1 + SHORT.length, more.length);
        return run(arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldListAllBenchmarksWhenAskedForNone() throws IOException {
        assertEquals(0, run());
        for (String name : new String[] {
            "DtlsBenchmark.handshake",
            "LoopBenchmark.forward",
            "NativeCallBenchmark.jnaDirect",
            "PacketLogBenchmark.append",
            "RtpBenchmark.rewrite",
            "SrtpBenchmark.unprotect",
            "StunBenchmark.answer"
        }) {
            assertTrue(out().contains(name + System.lineSeparator()), name);
        }
    }

    @Test
    void shouldPrintTheMachineAndOneTableAndKeepTheJson() throws IOException {
        assertEquals(0, runShort("rtpbenchmark.parse"), this::err);
        assertTrue(out().contains("CPU "), this::out);
        assertFalse(out().contains("B/op  relative"), "a column for SRTP providers only");
        assertTrue(out().matches("(?s).*\nbenchmark +parameters +score +± +unit +CPU +± +B/op.*"), this::out);
        assertTrue(out().matches("(?s).*\nRtpBenchmark.parse +sample=OPUS +[0-9].*"), this::out);
        assertTrue(out().matches("(?s).*\nRtpBenchmark.parse +sample=VP8 +[0-9].*"), this::out);
        String json = Files.readString(results.resolve("rtpbenchmark.parse.json"));
        assertTrue(json.contains("gc.alloc.rate.norm"), json);
        assertTrue(json.contains("\"cpu\""), json);
    }

    @Test
    void shouldSkipAProviderThatIsNotHereWithOneLine() throws IOException {
        int code = runShort("SrtpBenchmark.protect", "-p", "provider=jdk,nothere", "-p", "size=160");
        assertEquals(0, code, this::err);
        assertEquals(
                1,
                err().lines()
                        .filter(line -> line.startsWith("Skipped: nothere"))
                        .count());
        assertFalse(out().contains("nothere"), this::out);
        assertEquals(
                4, out().lines().filter(line -> line.contains("provider=jdk")).count());
    }

    @Test
    void shouldSayWhatIsWrongInOneLine() throws IOException {
        assertEquals(2, run("nosuch"));
        assertEquals(2, run("-f", "1"));
        assertEquals(2, run("rtp", "--nosuch"));
        assertEquals(3, err().lines().count(), this::err);
    }
}
