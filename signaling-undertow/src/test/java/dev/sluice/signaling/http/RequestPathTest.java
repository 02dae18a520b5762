package dev.sluice.signaling.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.http.RequestPath.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

    @ParameterizedTest
    @CsvSource({
        "/a/webrtc, PLAY_SOCKET, a, ''",
        "/a/b/c/webrtc/publish, PUBLISH_SOCKET, a/b/c, ''",
        "/a//webrtc, PLAY_SOCKET, a, ''",
        "/a///webrtc/publish, PUBLISH_SOCKET, a, ''",
        "/a/webrtc/publish-error, PUBLISH_ERROR, a, ''",
        "/a/whip, WHIP, a, ''",
        "/a/whep, WHEP, a, ''",
        "/a/whap, WHEP, a, ''",
        "/a/whip/id1, WHIP_SESSION, a, id1",
        "/a/b/whap/id1, WHEP_SESSION, a/b, id1",
        "/a/whep/id1/events, WHEP_EVENTS, a, id1",
        "/a/whep/id1/events/e1, WHEP_EVENT_STREAM, a, id1",
        "/a/media_info.json, MEDIA_INFO, a, ''",
        "/a/sessions, STATS, a, ''",
        "/a/sessions/, STATS, a, ''",
        "/a/sessions/id1, STATS, a, id1",
        "/a/sessions/id1/request_tracks, REQUEST_TRACKS, a, id1",
        "/a/embed.html, EMBED, a, ''",
        // The rightmost suffix counts; what stands before it is the name, valid or not.
        "/whip/whip, WHIP, whip, ''",
        "/a/whip/webrtc, PLAY_SOCKET, a/whip, ''",
        "//whep, WHEP, '', ''",
    })
    void shouldTakePathsApartFromTheRight(String path, Kind kind, String stream, String session) {
        RequestPath parsed = RequestPath.parse(path).orElseThrow();
        assertEquals(kind, parsed.kind());
        assertEquals(stream, parsed.stream());
        assertEquals(session, parsed.session());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/webrtc", "/whip", "/a", "/a/b", "whip", "*", "/a/whip/id/more", "/play"})
    void shouldLeaveOtherPathsAlone(String path) {
        assertTrue(RequestPath.parse(path).isEmpty());
    }
}
