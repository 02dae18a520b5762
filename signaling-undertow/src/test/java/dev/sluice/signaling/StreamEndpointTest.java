package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.AdminConfig;
import dev.sluice.signaling.json.Json;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamEndpointTest {

    @Test
    void shouldDescribeTheTracksWhenTheStreamIsLive() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("a/b/c", 2);
            HttpResponse<String> response = server.get("/a/b/c/media_info.json?token=1");
            assertEquals(200, response.statusCode());
            List<?> tracks = (List<?>) Json.parseObject(response.body()).get("tracks");
            Map<?, ?> audio = (Map<?, ?>) tracks.get(1);
            assertEquals("audio", audio.get("content"));
            assertEquals("a1", audio.get("track_id"));
            assertEquals(48_000.0, audio.get("sample_rate"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/cam/media_info.json, 409",
        "/unknown/media_info.json, 404",
        "/locked/media_info.json, 401",
    })
    void shouldRefuseTheDescriptionWithoutTracksWhenThereIsNoneForTheClient(String path, int status) throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("locked", 0);
            HttpResponse<String> response = server.get(path);
            assertEquals(status, response.statusCode());
            assertTrue(!response.body().contains("tracks"));
            assertEquals(
                    200, server.get("/locked/media_info.json?password=open").statusCode());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/cam/sessions/abc",
                "/cam/sessions/",
                "/cam/sessions/?token=T1",
                "/cam/sessions",
                "/live/cam?x=1/sessions/?token=T1",
                "/live/cam?x=1/sessions/abc/request_tracks",
                "/cam/webrtc/sessions/abc",
            })
    void shouldTakeStatisticsUnderEveryUrlThatClientsMake(String path) throws Exception {
        try (TestServer server = new TestServer()) {
            assertEquals(204, server.method("PUT", path, "{\"bytes\":1}").statusCode());
            assertEquals(200, server.method("OPTIONS", path, "").statusCode());
        }
    }

    @Test
    void shouldGrantTracksToKnownSessionsOnly() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 0);
            server.offer("/cam/whep", "offer");
            String path = "/cam/sessions/session-1/request_tracks?x=1";
            assertEquals(
                    204,
                    server.method("PUT", path, "{\"tracks\":[\"v1\",\"a1\"]}").statusCode());
            assertEquals(204, server.method("PUT", path, "{\"tracks\":[]}").statusCode());
            assertEquals(
                    422, server.method("PUT", path, "{\"tracks\":\"auto\"}").statusCode());
            assertEquals(422, server.method("PUT", path, "{").statusCode());
            assertEquals(
                    422, server.method("PUT", path, "{\"tracks\":[\"v9\"]}").statusCode());
            assertEquals(422, server.method("PUT", path, "{\"tracks\":[3]}").statusCode());
            assertEquals(405, server.get(path).statusCode());
            assertEquals(
                    404,
                    server.method("PUT", "/cam/sessions/other/request_tracks", "{\"tracks\":[]}")
                            .statusCode());
        }
    }

    @Test
    void shouldTakeReportsOfPublishErrors() throws Exception {
        try (TestServer server = new TestServer()) {
            assertEquals(
                    204,
                    server.method("POST", "/cam/webrtc/publish-error?password=x", "{\"error\":{}}")
                            .statusCode());
        }
    }

    @Test
    void shouldListLiveStreams() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.goLive("cam", 7);
            HttpResponse<String> response = server.get("/-/streams");
            Map<?, ?> stream =
                    (Map<?, ?>) ((List<?>) Json.parseObject(response.body()).get("streams")).getFirst();
            assertEquals("cam", stream.get("name"));
            assertEquals(7.0, stream.get("players"));
            assertEquals(1532.0, stream.get("bitrate"));
            Map<?, ?> srtp = (Map<?, ?>) stream.get("srtp");
            assertEquals("jdk", srtp.get("provider"));
            assertEquals(Map.of("AEAD_AES_128_GCM", 1.0), srtp.get("profiles"));
        }
    }

    @Test
    void shouldNameStreamsToTheOperatorOnly() throws Exception {
        try (TestServer server = TestServer.with(new AdminConfig("0123456789abcdef", "", ""))) {
            server.engine.goLive("cam", 7);
            server.engine.goLive("a/b/c", 1);
            HttpResponse<String> stranger = server.get("/-/streams");
            assertEquals(List.of(), Json.parseObject(stranger.body()).get("streams"));
            assertEquals(false, Json.parseObject(stranger.body()).get("listed"));
            assertEquals(
                    List.of(Map.of("name", "cam", "publishing", true, "players", 7.0)),
                    Json.parseObject(server.get("/-/streams?name=cam").body()).get("streams"));
            assertEquals(
                    List.of(),
                    Json.parseObject(server.get("/-/streams?name=ca").body()).get("streams"));
            Map<String, Object> all = Json.parseObject(
                    server.send(server.request("/-/streams").header("Authorization", "Bearer 0123456789abcdef"))
                            .body());
            assertEquals(2, ((List<?>) all.get("streams")).size());
            assertEquals(true, all.get("listed"));
        }
    }

    @Test
    void shouldSayThatItIsUp() throws Exception {
        try (TestServer server = new TestServer()) {
            assertEquals("{\"status\":\"up\"}", server.get("/-/health").body());
            assertEquals(200, server.method("HEAD", "/-/health", "").statusCode());
            assertEquals(404, server.get("/-/nothing").statusCode());
            assertEquals(404, server.get("/nothing/here").statusCode());
            assertEquals(404, server.method("POST", "/-/health", "").statusCode());
        }
    }

    @Test
    void shouldSayThatAnAddressIsForWebSocketsWhenAPlainRequestComes() throws Exception {
        try (TestServer server = new TestServer()) {
            // Java's client sends Upgrade: h2c, which is none of ours.
            HttpResponse<String> response = server.get("/cam/webrtc");
            assertEquals(426, response.statusCode());
            assertEquals(
                    "13", response.headers().firstValue("Sec-WebSocket-Version").orElse(""));
        }
    }
}
