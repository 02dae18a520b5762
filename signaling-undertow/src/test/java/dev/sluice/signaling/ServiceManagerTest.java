package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
class ServiceManagerTest {
    @TempDir
    Path folder;

    @Test
    void shouldTellHowTheServiceStandsWhenAPathIsNamed() throws Throwable {
        String socket = folder.resolve("notify").toString();
        try (UnixDatagrams systemd = UnixDatagrams.bind(socket)) {
            ServiceManager manager = new ServiceManager(socket);
            manager.ready();
            manager.stopping(Duration.ofSeconds(10));
            assertEquals("READY=1", systemd.next());
            assertEquals("STOPPING=1\nEXTEND_TIMEOUT_USEC=10000000", systemd.next());
        }
    }

    @Test
    void shouldTellItWhenTheNameIsAbstract() throws Throwable {
        String socket = "@sluice-test-" + UUID.randomUUID();
        try (UnixDatagrams systemd = UnixDatagrams.bind(socket)) {
            new ServiceManager(socket).ready();
            assertEquals("READY=1", systemd.next());
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "@", "/nonexistent/socket", "relative", "vsock:2:1234"})
    void shouldGoOnWhenNobodyListens(String socket) {
        assertDoesNotThrow(() -> new ServiceManager(socket).ready());
        assertDoesNotThrow(() -> new ServiceManager("/" + "x".repeat(200)).ready());
    }
}
