package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.ConfigFile;
import dev.sluice.signaling.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the packages carry besides the program. */
class PackageFilesTest {
    /** A setting that is commented out, with the words behind it. */
    private static final Pattern OFFERED = Pattern.compile("(?m)^( *)# ((\\w+|\"[^\"]*\") *[={].*)$");

    @TempDir
    Path folder;

    private static Path file(String name) {
        Path here = Path.of("").toAbsolutePath();
        Path module = Files.isDirectory(here.resolve("src/main/package")) ? here : here.resolve("signaling-undertow");
        return module.resolve("src/main/package").resolve(name);
    }

    private static String text(String name) throws IOException {
        return Files.readString(file(name));
    }

    private record Result(int exitCode, String output) {}

    private static Result run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    @Test
    void shouldServeThisMachineAloneByTheExampleConfig() throws Exception {
        ServerConfig config = ConfigFile.read(file("sluice.conf"));
        assertTrue(config.listen().isLoopback());
        assertFalse(config.access().open());
    }

    @Test
    void shouldTakeEverySettingThatTheExampleConfigOffers() throws Exception {
        Files.createFile(folder.resolve("fullchain.pem"));
        Files.createFile(folder.resolve("privkey.pem"));
        String all = OFFERED.matcher(text("sluice.conf")).replaceAll("$1$2");
        ServerConfig config = ConfigFile.read(Files.writeString(folder.resolve("sluice.conf"), all));
        assertEquals(443, config.listen().tls().port());
        assertEquals(folder.resolve("privkey.pem"), config.listen().key());
        assertEquals(4, config.media().loops());
        assertFalse(all.lines().anyMatch(line -> line.matches(" *# *\\w+ *[={].*")), all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin/sluice", "bin/train", "bin/health", "bin/jvm.sh"})
    @EnabledOnOs(OS.LINUX)
    void shouldBeBash(String name) throws Exception {
        assertEquals(new Result(0, ""), run("bash", "-n", file(name).toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian/postinst", "debian/prerm", "debian/postrm"})
    @EnabledOnOs(OS.LINUX)
    void shouldBeShell(String name) throws Exception {
        assertEquals(new Result(0, ""), run("sh", "-n", file(name).toString()));
        assertTrue(Files.isExecutable(file(name)));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldGiveTheHeapAQuarterOfTheMemoryWithNothingButBash() throws Exception {
        Result flags = run(
                "bash",
                "-euc",
                "PATH=; . '" + file("bin/jvm.sh") + "'; set_server_flags; echo $(memory_mib); echo ${server_flags[@]}");
        assertEquals(0, flags.exitCode(), flags.output());
        List<String> lines = flags.output().lines().toList();
        long heapMib = Long.parseLong(lines.getFirst()) / 4;
        assertTrue(heapMib > 16, flags.output());
        assertTrue(lines.getLast().contains(" -Xmx" + heapMib + "m "), flags.output());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldBeAUnitThatSystemdTakes() throws Exception {
        Assumptions.assumeTrue(run("bash", "-c", "command -v systemd-analyze").exitCode() == 0, "no systemd-analyze");
        // It wants the program, the user and the folders on this very machine.
        String here = text("sluice.service").replaceAll("(?m)^ExecStart=\\S+", "ExecStart=/bin/true");
        Path unit = Files.writeString(folder.resolve("sluice.service"), here);
        Result verified = run("systemd-analyze", "verify", "--man=no", unit.toString());
        String ours = verified.output()
                .lines()
                .filter(line -> line.contains("sluice.service"))
                .collect(Collectors.joining("\n"));
        assertEquals("", ours);
    }
}
