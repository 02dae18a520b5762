package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.access.TurnServers;
import dev.sluice.signaling.config.TurnConfig;
import dev.sluice.signaling.config.TurnUrl;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clients are told of TURN servers, on both signallings. */
class TurnTest {
    private static final TurnConfig NAMED = new TurnConfig(
            List.of(
                    TurnUrl.parse("turn:turn.example.com"),
                    TurnUrl.parse("turn:turn.example.com:80?transport=tcp"),
                    TurnUrl.parse("turns:turn.example.com:443")),
            "somebody",
            "s\"e",
            "",
            Duration.ofHours(1));

    private static TurnServers servers(TurnConfig config) {
        return new TurnServers(() -> config, InstantSource.fixed(Instant.ofEpochSecond(1_000_000)));
    }

    @Test
    void shouldTellSocketsOfTheServerThatTakesTcp() {
        assertEquals(
                Map.of("turn", Map.of("addr", "turn.example.com", "port", 80, "user", "somebody", "pass", "s\"e")),
                servers(NAMED).socketConfig());
    }

    @Test
    void shouldTellOfAllServersInLinks() {
        String rest =
                "; rel=\"ice-server\"; username=\"somebody\"; credential=\"s\\\"e\"; credential-type=\"password\"";
        assertEquals(
                List.of(
                        "<turn:turn.example.com:3478?transport=udp>" + rest,
                        "<turn:turn.example.com:80?transport=tcp>" + rest,
                        "<turns:turn.example.com:443?transport=tcp>" + rest),
                servers(NAMED).links());
    }

    @Test
    void shouldMakeCredentialsThatEndWhenThereIsASecret() {
        TurnConfig config = new TurnConfig(
                List.of(TurnUrl.parse("turn:[2001:db8::5]:3478")), "", "", "north", Duration.ofMinutes(10));
        // printf 1000600:sluice | openssl dgst -sha1 -hmac north -binary | base64
        assertEquals(
                Map.of(
                        "turn",
                        Map.of(
                                "addr",
                                "[2001:db8::5]",
                                "port",
                                3478,
                                "user",
                                "1000600:sluice",
                                "pass",
                                "06Xx/PeGJ0Sug3JlZYwtEnqkQMg=")),
                servers(config).socketConfig());
    }

    @Test
    void shouldTellNobodyOfAnythingWithoutServers() throws Exception {
        assertEquals(Map.of(), servers(TurnConfig.NONE).socketConfig());
        assertEquals(List.of(), servers(TurnConfig.NONE).links());
    }

    @Test
    void shouldNotTellSocketsOfAServerThatTheyCannotReach() {
        TurnConfig config = new TurnConfig(List.of(TurnUrl.parse("turns:a:443")), "u", "p", "", Duration.ofHours(1));
        assertEquals(Map.of(), servers(config).socketConfig());
    }

    @Test
    void shouldPutTheLinksBesideThatForEventsIntoTheAnswer() throws Exception {
        try (TestServer server = TestServer.with(NAMED)) {
            server.engine.goLive("cam", 0);
            HttpResponse<String> response = server.offer("/cam/whep", "v=0\r\na=ice-ufrag:AAAA\r\n");
            assertEquals(201, response.statusCode());
            List<String> links = response.headers().allValues("Link");
            assertTrue(links.stream().anyMatch(link -> link.contains("server-sent-events")));
            assertEquals(
                    3,
                    links.stream().filter(link -> link.contains("ice-server")).count());
        }
    }

    @Test
    void shouldSayNothingOfThemToWhomItRefuses() throws Exception {
        try (TestServer server = TestServer.with(NAMED)) {
            HttpResponse<String> refused = server.offer("/locked/whip", "v=0\r\n");
            assertFalse(refused.headers().map().containsKey("link"));
        }
    }

    @Test
    void shouldSendThemInTheFirstMessageOfASocket() throws Exception {
        try (TestServer server = TestServer.with(NAMED);
                RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            String message = socket.nextText();
            assertTrue(message.contains("\"addr\":\"turn.example.com\""), message);
        }
    }
}
