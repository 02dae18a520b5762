package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private static final String FREE = "--listen=127.0.0.1:0 --tls-listen=127.0.0.1:0 --media-port=0";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private void assertOneLine(String expected) {
        String text = err.toString(StandardCharsets.UTF_8);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.contains(expected), text);
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "--nonsense, --nonsense",
        "--listen, --listen",
        "--listen=8080, is not ADDR:PORT",
        "--listen=127.0.0.1:x, is not a port",
        "--tls-listen=nowhere.invalid:1, is not known",
        "--media-port=-1, is not a port",
        "--loops=0, from 1 to",
        "--loops=many, from 1 to",
        "--announce=example.com, is not an IP address",
        "--srtp=quick, none of auto",
        "--io=fast, none of auto",
        "--log-format=xml, none of text",
        "extra, extra",
        "--listen=0.0.0.0:0, needs --config FILE",
        "--tls-listen=192.0.2.1:0, needs --config FILE",
    })
    void shouldExitWith2AndOneLineWhenOptionsAreWrong(String option, String expected) {
        assertEquals(Main.EXIT_USAGE, run(option));
        assertOneLine(expected);
    }

    @Test
    void shouldExitWith1AndOneLineWhenTheConfigIsWrong(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("x.conf"), "\nstrems {}\n");
        assertEquals(Main.EXIT_START, run("--config", file.toString()));
        assertOneLine("x.conf:2: unknown key \"strems\"");
    }

    @Test
    void shouldExitWith1AndOneLineWhenThePortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String[] args = FREE.replace("--listen=127.0.0.1:0", "--listen=127.0.0.1:" + taken.getLocalPort())
                    .split(" ");
            assertEquals(Main.EXIT_START, run(args));
            assertOneLine("127.0.0.1:" + taken.getLocalPort() + " (--listen): the port is in use");
        }
    }

    @Test
    void shouldExitWith1AndOneLineWhenTheAddressIsNotOurs(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("x.conf"), "");
        assertEquals(
                Main.EXIT_START,
                run(("--config=" + file + " --listen=127.0.0.1:0 --tls-listen=192.0.2.1:0 --media-port=0").split(" ")));
        assertOneLine("192.0.2.1:0 (--tls-listen): this machine does not have that address");
    }

    @Test
    void shouldFitItsHelpOnAScreen() {
        assertEquals(0, run("--help"));
        String help = out.toString(StandardCharsets.UTF_8);
        assertTrue(help.lines().count() <= 24, help);
        for (String option : new String[] {
            "--listen", "--tls-listen", "--media-port", "--loops", "--announce", "--config", "--srtp", "--version"
        }) {
            assertTrue(help.contains(option), help);
        }
    }

    @Test
    void shouldPrintItsVersion() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Sluice "));
    }
}
