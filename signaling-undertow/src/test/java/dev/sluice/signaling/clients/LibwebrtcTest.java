package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** libwebrtc, as native applications use it, publishes and plays over both signallings: the picture and tone that arrive are those sent. */
@ResourceLock("page")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LibwebrtcTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private Libwebrtc libwebrtc;
    private RunningServer server;

    @BeforeAll
    void load() {
        libwebrtc = Libwebrtc.start();
    }

    @AfterAll
    void unload() {
        if (libwebrtc != null) {
            libwebrtc.close();
        }
    }

    @BeforeEach
    void startServer() throws Exception {
        server = RunningServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VP8", "VP9", "AV1", "H264"})
    void shouldPlayOverWebSocketWhatItPublishesOverWebSocket(String codec) throws Exception {
        try (LibwebrtcSocket publisher = publish("/s", codec);
                LibwebrtcSocket player = play("/s")) {
            publisher.connected();
            assertPlays(player.connected());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"VP8", "VP9", "AV1", "H264"})
    void shouldPlayOverWhepWhatItPublishesOverWhip(String codec) throws Exception {
        try (LibwebrtcPeer publisher = libwebrtc.publisher(codec, candidate -> {});
                LibwebrtcPeer player = libwebrtc.offeringPlayer()) {
            exchange("/a/b/whip", publisher);
            exchange("/a/b/whep", player);
            assertPlays(player);
        }
    }

    @Test
    void shouldGoOnPlayingWhenThePublisherComesBack() throws Exception {
        try (LibwebrtcSocket player = play("/s")) {
            for (int i = 0; i < 2; i++) {
                try (LibwebrtcSocket publisher = publish("/s", "VP8")) {
                    publisher.connected();
                    assertPlays(player.connected());
                }
            }
        }
    }

    private void assertPlays(LibwebrtcPeer player) throws Exception {
        assertTrue(player.awaitPicture(), "no picture, or a wrong one");
        assertTrue(player.awaitSound(), "no sound, or silence");
    }

    private LibwebrtcSocket publish(String path, String codec) {
        return LibwebrtcSocket.publish(libwebrtc, codec, client, url("ws", path + "/webrtc/publish"));
    }

    private LibwebrtcSocket play(String path) {
        return LibwebrtcSocket.play(libwebrtc, client, url("ws", path + "/webrtc?wait=1"));
    }

    private void exchange(String path, LibwebrtcPeer peer) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url("http", path))
                .header("Content-Type", "application/sdp")
                .POST(HttpRequest.BodyPublishers.ofString(peer.gatheredOffer()))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(201, response.statusCode(), response::body);
        peer.onAnswer(response.body());
        peer.awaitConnected();
    }

    private URI url(String scheme, String path) {
        return URI.create(scheme + "://" + server.plainAddress().getHostString() + ":"
                + server.plainAddress().getPort() + path);
    }
}
