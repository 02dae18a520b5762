package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.json.Json;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every row of the table of WebSocket errors: a message, then the close frame with the same code, then TCP. */
class SocketErrorTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer();
        server.engine.goLive("cam", 0);
        server.engine.goLive("locked", 0);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertRefused(RawWebSocket socket, int code) throws Exception {
        assertTrue(socket.statusLine.contains(" 101 "), socket.statusLine);
        Map<String, Object> error = Json.parseObject(socket.nextText());
        assertEquals("error", error.get("type"));
        assertEquals((double) code, error.get("code"));
        assertFalse(error.get("error").toString().isBlank());
        RawWebSocket.Frame close = socket.awaitClose();
        assertEquals(code, close.closeCode());
        assertEquals(error.get("error"), close.closeReason());
        assertTrue(socket.awaitEnd());
    }

    @ParameterizedTest
    @CsvSource({
        "/locked/webrtc, 4401",
        "/locked/webrtc?password=wrong, 4401",
        "/locked/webrtc?password=sesame, 4401",
        "/locked/webrtc/publish, 4401",
        "/locked/webrtc/publish?password=open, 4401",
        "/unknown/webrtc, 4404",
        "/unknown/webrtc/publish, 4404",
        "/studio/a/b/webrtc, 4404",
        "/../cam/webrtc, 4404",
        "/a%00b/webrtc, 4404",
        "/a%2fb/webrtc, 4404",
        "/whip/webrtc, 4404",
        "/studio/dark/webrtc, 4409",
    })
    void shouldRefuseWithAnErrorWhenTheStreamIsNotForTheClient(String path, int code) throws Exception {
        try (RawWebSocket socket = server.socket(path)) {
            assertRefused(socket, code);
        }
    }

    @ParameterizedTest
    @CsvSource({"/locked/webrtc?password=open", "/locked/webrtc?x=%20&password=o%70en"})
    void shouldPlayWhenThePasswordFits(String path) throws Exception {
        try (RawWebSocket socket = server.socket(path)) {
            assertEquals("offer", Json.parseObject(socket.nextText()).get("type"));
        }
    }

    @Test
    void shouldTakeThePasswordAsBearerWhenAClientCanSendHeaders() throws Exception {
        try (RawWebSocket socket = server.socket("/locked/webrtc/publish", "Authorization: Bearer sesame")) {
            assertEquals("config", Json.parseObject(socket.nextText()).get("type"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no json | 4400",
                "[1,2] | 4400",
                "{\"type\":\"offer\" | 4400",
                "{\"type\":\"offer\"} | 4400",
                "{\"type\":\"offer\",\"sdp\":7} | 4400",
                "{\"type\":\"offer\",\"sdp\":\"refuse:BAD_SDP\"} | 4422",
                "{\"type\":\"offer\",\"sdp\":\"refuse:NO_COMMON_CODEC\"} | 4422",
                "{\"type\":\"offer\",\"sdp\":\"refuse:TOO_MANY_SESSIONS\"} | 4429",
                "{\"type\":\"offer\",\"sdp\":\"refuse:TOO_MANY_FROM_SOURCE\"} | 4429",
                "{\"type\":\"offer\",\"sdp\":\"refuse:OVERLOADED\"} | 4429",
            })
    void shouldCloseWithAnErrorWhenAPublishersMessageIsBad(String message, int code) throws Exception {
        try (RawWebSocket socket = server.socket("/cam/webrtc/publish")) {
            socket.nextText();
            socket.text(message);
            assertRefused(socket, code);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"answer\"} | 4400",
                "{\"type\":\"answer\",\"sdp\":\"refuse:BAD_SDP\"} | 4422",
                "{\"type\":\"answer\",\"sdp\":\"refuse:NO_COMMON_CODEC\"} | 4422",
            })
    void shouldCloseWithAnErrorWhenAPlayersAnswerIsBad(String message, int code) throws Exception {
        try (RawWebSocket socket = server.socket("/cam/webrtc")) {
            socket.nextText();
            socket.text(message);
            assertRefused(socket, code);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "STREAM_ENDED, 4410",
        "CONSENT_EXPIRED, 4410",
        "ICE_TIMEOUT, 4410",
        "DTLS_FAILED, 4410",
        "REPLACED, 4411",
        "CODECS_CHANGED, 4422",
        "FAILED, 1011"
    })
    void shouldSayWhyWhenTheSessionEnds(SessionEnd end, int code) throws Exception {
        try (TestServer own = new TestServer();
                RawWebSocket socket = own.socket("/cam/webrtc/publish")) {
            socket.text("{\"type\":\"offer\",\"sdp\":\"x\"}");
            socket.nextText();
            socket.nextText();
            socket.nextText();
            own.engine.opened.poll(5, TimeUnit.SECONDS).close(end);
            assertRefused(socket, code);
        }
    }

    @Test
    void shouldKeepTcpUntilTheClientHasAnsweredTheCloseFrame() throws Exception {
        try (RawWebSocket socket = server.socket("/unknown/webrtc")) {
            socket.nextText();
            RawWebSocket.Frame close = socket.next();
            assertEquals(RawWebSocket.CLOSE, close.opcode());
            socket.socket().setSoTimeout(200);
            assertThrows(SocketTimeoutException.class, socket::awaitEnd);
            socket.socket().setSoTimeout(10_000);
            socket.frame(true, RawWebSocket.CLOSE, close.payload());
            assertTrue(socket.awaitEnd());
        }
    }

    @ParameterizedTest
    @CsvSource({"DTLS_CLOSED, 1000", "SERVER_STOPPING, 1001"})
    void shouldJustCloseWhenNothingWentWrong(SessionEnd end, int code) throws Exception {
        try (TestServer own = new TestServer();
                RawWebSocket socket = own.socket("/cam/webrtc/publish")) {
            socket.text("{\"type\":\"offer\",\"sdp\":\"x\"}");
            socket.nextText();
            socket.nextText();
            socket.nextText();
            own.engine.opened.poll(5, TimeUnit.SECONDS).close(end);
            RawWebSocket.Frame close = socket.next();
            assertEquals(RawWebSocket.CLOSE, close.opcode());
            assertEquals(code, close.closeCode());
        }
    }
}
