package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventsConfigTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path folder;

    private EventsConfig read(String text) throws Exception {
        return ConfigFile.read(Files.writeString(folder.resolve("sluice.conf"), text))
                .events();
    }

    private String refusal(String text) {
        return assertThrows(ConfigException.class, () -> read(text)).getMessage();
    }

    @Test
    void shouldReadTargetsAndTheCollector() throws Exception {
        EventsConfig config = read("""
                webhooks = [
                  { url = "https://example.com/hook/s3cret", secret = "%s"
                    events = [stream.started, "player.left"], streams = ["studio/*"] }
                  { url = "http://127.0.0.1:9000/x", secret = "%s" }
                ]
                telemetry { otlp = "http://127.0.0.1:4318/" }
                """.formatted(SECRET, SECRET));
        assertEquals(URI.create("http://127.0.0.1:4318"), config.otlp());
        WebhookConfig first = config.webhooks().getFirst();
        assertEquals(
                Set.of(EventType.STREAM_STARTED, EventType.PLAYER_LEFT),
                first.filter().types());
        assertTrue(first.filter().takes(EventType.PLAYER_LEFT, "studio/1"));
        assertFalse(first.filter().takes(EventType.PLAYER_LEFT, "cam"));
        assertFalse(first.filter().takes(EventType.PLAYER_LEFT, ""));
        assertEquals(24, first.key().length);
        assertTrue(config.webhooks().get(1).filter().takes(EventType.LIMIT_REACHED, ""));
        assertFalse(config.toString().contains("MfKQ"));
        assertFalse(config.toString().contains("s3cret"));
    }

    @Test
    void shouldTellNobodyByDefault() throws Exception {
        EventsConfig config = read("");
        assertTrue(config.webhooks().isEmpty());
        assertNull(config.otlp());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080/x",
                "https://127.0.0.1:8443",
                "http://localhost:8080/",
                "http://my.localhost:8080/",
                "http://[::1]:8080/",
                "http://[::ffff:127.0.0.1]:8443/",
                "http://0.0.0.0:8080/"
            })
    void shouldRefuseATargetThatIsTheServerItself(String url) {
        String message = refusal("webhooks = [ { url = \"" + url + "\", secret = \"" + SECRET + "\" } ]");
        assertTrue(message.contains("is this server itself"), message);
        assertTrue(message.contains("sluice.conf:1"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "ftp://example.com/",
                "http://",
                "http:///x",
                "http://127.1:8080/",
                "http://user:pass@example.com/",
                "https://example.com/#x",
                "http://exa mple.com/"
            })
    void shouldRefuseWhatIsNoAddress(String url) {
        String message = refusal("webhooks = [ { url = \"" + url + "\", secret = \"" + SECRET + "\" } ]");
        assertTrue(message.contains("expected an address such as"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sesame", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    void shouldRefuseWeakSecretsWithoutRepeatingThem(String secret) {
        String message = refusal("webhooks = [ { url = \"https://example.com/\", secret = \"" + secret + "\" } ]");
        assertTrue(message.contains("openssl rand -base64 32"), message);
        assertFalse(message.contains("sesame") || message.contains("c2hv") || message.contains("MfKQ"), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "webhooks = 7 | expected a list",
                "webhooks = [ 7 ] | expected { url",
                "webhooks = [ { secret = x } ] | expected url and secret",
                "webhooks = [ { url = \"https://example.com\", secret = x, retries = 7 } ] | unknown key \"retries\"",
                "telemetry { grpc = x } | unknown key \"grpc\"",
                "telemetry { otlp = \"http://127.0.0.1:4318/v1/traces\" } | without /v1/traces",
            })
    void shouldSayWhatIsWrong(String text, String expected) {
        String message = refusal(text);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void shouldRefuseUnknownEventsAndPatterns() {
        String target = "webhooks = [ { url = \"https://example.com/\", secret = \"" + SECRET + "\", ";
        assertTrue(refusal(target + "events = [weather] } ]").contains("expected one of stream.started"));
        assertTrue(refusal(target + "streams = [\"a//b\"] } ]").contains("expected a stream name or pattern"));
    }

    @Test
    void shouldKnowItsOwnAddressesOnly() throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        OwnListeners local = new OwnListeners(List.of(new InetSocketAddress(loopback, 80)));
        assertTrue(local.has(loopback, 80));
        assertTrue(local.has(InetAddress.getByName("::1"), 80));
        assertFalse(local.has(loopback, 81));
        assertFalse(local.has(InetAddress.getByName("192.0.2.1"), 80));
        OwnListeners all = new OwnListeners(List.of(new InetSocketAddress("0.0.0.0", 80)));
        for (InetAddress address : NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .toList()) {
            assertTrue(all.has(address, 80), address::toString);
        }
        assertFalse(all.has(InetAddress.getByName("192.0.2.1"), 80));
    }
}
