package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.StreamSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    @TempDir
    Path folder;

    private ServerConfig read(String text) throws Exception {
        return ConfigFile.read(Files.writeString(folder.resolve("sluice.conf"), text));
    }

    @Test
    void shouldReadEverything() throws Exception {
        Files.writeString(folder.resolve("cert.pem"), "");
        Files.writeString(folder.resolve("key.pem"), "");
        ServerConfig config = read("""
                listen = "0.0.0.0:80"
                tls_listen = "[::]:443"
                tls { certificate = "cert.pem", key = "key.pem" }
                media_port = 9000
                loops = 4
                announce = ["203.0.113.5", "2001:db8::5"]
                ice_tcp = "203.0.113.6:443"
                turn { urls = ["turn:turn.example.com?transport=tcp"], secret = n0rth, lifetime = 12h }
                srtp = jdk
                publisher_grace = 1500ms
                drain_seconds = 300
                drain_to = "https://other.example.com:8443/"
                origins { play = any, publish = ["https://Studio.example", same] }
                trusted_proxies = "127.0.0.1, 10.0.0.0/8"
                limits { max_sessions = 10, max_sessions_per_source = 2, max_handshakes_per_source = 3
                         max_connections = 100, max_connections_per_source = 5
                         video_log_kib = 512, audio_log_kib = 64 }
                streams {
                  published { input = "publish://", key_frame_interval = 4s, min_bitrate = 300, max_bitrate = 2500 }
                  full { input = "publish://", disabled = true, prefer_codec = "H264, vp8", webrtc_abr = false
                         transport = tcp, source_timeout = 9s, publisher_grace = 0 }
                  "studio/*" { input = "publish://", password = s3cret, play_password = "see it" }
                }
                """);
        assertEquals("0.0.0.0:80", config.listen().plain().toString());
        assertEquals(443, config.listen().tls().port());
        assertEquals(folder.resolve("cert.pem"), config.listen().certificate());
        assertEquals(9000, config.media().port());
        assertEquals(4, config.media().loops());
        assertEquals(Duration.ofSeconds(300), config.drain().time());
        assertEquals("https://other.example.com:8443", config.drain().to().base());
        assertEquals(2, config.media().announce().size());
        assertEquals(443, config.engineConfig().iceTcp().getPort());
        assertEquals(
                "turn:turn.example.com:3478?transport=tcp",
                config.turn().urls().getFirst().toString());
        assertEquals(Duration.ofHours(12), config.turn().lifetime());
        assertFalse(config.toString().contains("n0rth"));
        assertEquals("jdk", config.media().srtp());
        assertEquals(Duration.ofMillis(1500), config.media().publisherGrace());
        assertEquals(OriginRule.ANY, config.access().playOrigins());
        assertEquals(
                new OriginRule(OriginRule.Kind.LIST, Set.of("https://studio.example")),
                config.access().publishOrigins());
        assertEquals(2, config.access().trustedProxies().size());
        assertEquals(new Limits(10, 2, 3, 100, 5, 512, 64), config.limits());
        StreamRule rule = config.access().streams().find("studio/a").orElseThrow();
        assertEquals("s3cret", rule.password());
        assertEquals("see it", rule.playPassword());
        assertEquals(StreamSettings.DEFAULTS, rule.settings());
        StreamRule published = config.access().streams().find("published").orElseThrow();
        assertEquals(new StreamSettings(Duration.ofSeconds(4), 300_000, 2_500_000), published.settings());
        StreamRule full = config.access().streams().find("full").orElseThrow();
        assertTrue(full.disabled());
        assertEquals(
                new StreamSettings(
                        Duration.ZERO,
                        0,
                        0,
                        List.of("h264", "vp8"),
                        false,
                        StreamSettings.Transport.TCP,
                        Duration.ofSeconds(9),
                        Duration.ZERO),
                full.settings());
        assertFalse(config.access().open());
        assertFalse(config.engineConfig().announceLoopback());
        assertFalse(config.toString().contains("s3cret"));
    }

    @Test
    void shouldRefuseUndeclaredStreamsAndForeignPublishersByDefault() throws Exception {
        ServerConfig config = read("");
        assertTrue(config.access().streams().find("any").isEmpty());
        assertEquals(OriginRule.ANY, config.access().playOrigins());
        assertEquals(OriginRule.SAME, config.access().publishOrigins());
        assertEquals(Limits.DEFAULTS, config.limits());
        assertTrue(config.engineConfig().announceLoopback());
    }

    @Test
    void shouldApplyOneListOfOriginsToBoth() throws Exception {
        ServerConfig config = read("origins = \"https://a.example\"");
        assertEquals(config.access().playOrigins(), config.access().publishOrigins());
        assertEquals(Set.of("https://a.example"), config.access().playOrigins().origins());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listn = \"x\" | 2 | unknown key \"listn\"",
                "streams { a { inputt = \"publish://\" } } | 2 | unknown key \"inputt\" in streams.\"a\"",
                "streams { a { input = \"rtsp://\" } } | 2 | expected input = \"publish://\"",
                "streams { a { input = \"publish://\", key_frame_interval = 100ms } } | 2 | from 500ms, found 100ms",
                "streams { a { input = \"publish://\", prefer_codec = h266 } } | 2 | expected codecs out of vp8",
                "streams { a { input = \"publish://\", transport = ftp } } | 2 | expected both, udp or tcp",
                "streams { a { input = \"publish://\", source_timeout = 10ms } } | 2 | from 1s to 3600s, found 10ms",
                "streams { a { input = \"publish://\", publisher_grace = 99h } } | 2 | from 0s to 86400s, found 99h",
                "streams { a { input = \"publish://\", disabled = 2 } } | 2 | expected true or false, found 2",
                "streams { a { input = \"publish://\", webrtc_abr = [] } } | 2 | expected true or false, found a list",
                "streams { \"streamer/api/v3/x\" { input = \"publish://\" } } | 2 | expected a stream name",
                "admin { token = short } | 2 | expected at least 16 visible",
                "admin { user = u } | 2 | either token, or user and password_hash",
                "admin { token = 0123456789abcdef, user = u } | 2 | either token, or user and password_hash",
                "admin {} | 2 | either token, or user and password_hash",
                "admin { user = \"a:b\", password_hash = x } | 2 | without blanks and colons",
                "admin { user = u, password_hash = plain } | 2 | expected what ./run hash-password prints",
                "admin { user = u, password_hash = \"$argon2id$v=19$m=9999999,t=2,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" } | 2 | would cost too much",
                "streams { a { input = \"publish://\", max_bitrate = 0.5 } } | 2 | whole number from 0 to 1000000, found 0.5",
                "streams { a { input = \"publish://\", min_bitrate = 9, max_bitrate = 5 } } | 2 | min_bitrate, 9, found 5",
                "drain_to = \"ftp://other\" | 2 | drain_to: expected the address of a server",
                "drain_seconds = -1 | 2 | whole number from 0 to 86400",
                "streams { a {} } | 2 | expected input = \"publish://\"",
                "streams { \"a b\" { input = \"publish://\" } } | 2 | expected a stream name",
                "streams { whip { input = \"publish://\" } } | 2 | expected a stream name",
                "streams { \"a/***\" { input = \"publish://\" } } | 2 | expected a stream name",
                "streams { a = 1 } | 2 | found 1",
                "streams = 1 | 2 | expected { … }, found 1",
                "listen = 8080 | 2 | is not ADDR:PORT",
                "listen = \"127.0.0.1:99999\" | 2 | expected 0 to 65535",
                "listen = \"::1:80\" | 2 | in brackets",
                "media_port = lots | 2 | expected a whole number from 0 to 65535, found lots",
                "media_port = 70000 | 2 | from 0 to 65535",
                "loops = 0 | 2 | from 1 to 1024",
                "announce = [\"example.com\"] | 2 | is not an IP address",
                "ice_tcp = 443 | 2 | is not ADDR:PORT",
                "turn { urls = [\"stun:a\"], user = u, password = p } | 2 | is not a TURN server's URL",
                "turn { urls = [\"turn:a:0x\"], user = u, password = p } | 2 | is not a TURN server's URL",
                "turn { user = u, password = p } | 2 | expected urls",
                "turn { urls = [\"turn:a\"] } | 2 | either user and password, or secret",
                "turn { urls = [\"turn:a\"], user = u } | 2 | either user and password, or secret",
                "turn { urls = [\"turn:a\"], user = u, secret = s } | 2 | either user and password, or secret",
                "turn { urls = [\"turn:a\"], user = u, password = p, secret = s } | 2 | either user and password",
                "turn { urls = [\"turn:a\"], user = \"a b\", password = p } | 2 | visible ASCII",
                "srtp = fast | 2 | none of auto",
                "publisher_grace = soon | 2 | expected a duration",
                "origins = \"example.com\" | 2 | expected any, same or an origin",
                "origins { plays = any } | 2 | unknown key \"plays\" in origins",
                "trusted_proxies = [\"10.0.0.0/40\"] | 2 | expected a prefix of 0 to 32 bits",
                "trusted_proxies = [\"proxy\"] | 2 | not an address or range",
                "limits { max_sessions = -1 } | 2 | from 1 to",
                "limits { video_log_kib = 300 } | 2 | expected a power of two",
                "limits { audio_log_kib = 16 } | 2 | from 32 to 4096",
                "limits { sessions = 1 } | 2 | unknown key \"sessions\" in limits",
                "tls { certificate = \"cert.pem\" } | 2 | expected certificate and key",
                "tls { certificate = \"none.pem\", key = \"none.pem\" } | 2 | cannot read",
                "streams { a { password = [1] } } | 2 | expected",
                "streams { a { | 2 | expecting a close",
                "x = ${nowhere} | 2 | nowhere",
            })
    void shouldNameFileLineAndWhatWasExpected(String line, int number, String expected) throws Exception {
        ConfigException e = assertThrows(ConfigException.class, () -> read("# first line\n" + line));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertTrue(e.getMessage().startsWith(folder.resolve("sluice.conf") + ":" + number + ": "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    @Test
    void shouldSayThatAFileIsMissing() {
        Path file = folder.resolve("none.conf");
        ConfigException e = assertThrows(ConfigException.class, () -> ConfigFile.read(file));
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    }
}
