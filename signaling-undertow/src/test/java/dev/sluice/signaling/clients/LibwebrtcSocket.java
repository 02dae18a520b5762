package dev.sluice.signaling.clients;

import dev.onvoid.webrtc.RTCIceCandidate;
import dev.sluice.signaling.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** The WebSocket protocol's client side for one PeerConnection of libwebrtc. Safe for many threads. */
final class LibwebrtcSocket implements WebSocket.Listener, AutoCloseable {
    private final StringBuilder parts = new StringBuilder();
    private final CompletableFuture<Void> described = new CompletableFuture<>();
    private final LibwebrtcPeer peer;
    private final CompletableFuture<WebSocket> open = new CompletableFuture<>();
    private CompletableFuture<WebSocket> sent = open;

    private LibwebrtcSocket(HttpClient client, URI url, Function<Consumer<RTCIceCandidate>, LibwebrtcPeer> peers) {
        peer = peers.apply(this::sendCandidate);
        client.newWebSocketBuilder().buildAsync(url, this).join();
    }

    static LibwebrtcSocket publish(Libwebrtc libwebrtc, String codec, HttpClient client, URI url) {
        return new LibwebrtcSocket(client, url, onCandidate -> libwebrtc.publisher(codec, onCandidate));
    }

    static LibwebrtcSocket play(Libwebrtc libwebrtc, HttpClient client, URI url) {
        return new LibwebrtcSocket(client, url, libwebrtc::answeringPlayer);
    }

    /** The connection once it is up. */
    LibwebrtcPeer connected() throws Exception {
        described.get(15, TimeUnit.SECONDS);
        peer.awaitConnected();
        return peer;
    }

    private void sendCandidate(RTCIceCandidate candidate) {
        Map<String, Object> inner =
                Map.of("candidate", candidate.sdp, "sdpMid", candidate.sdpMid, "sdpMLineIndex", (long)
                        candidate.sdpMLineIndex);
        send(Map.of("type", "candidate", "stream_id", "local1", "candidate", inner));
    }

    /** One after the other, and without an exception ever: libwebrtc's threads, which bring candidates, would end the process. */
    private synchronized void send(Map<String, Object> message) {
        String text = Json.write(message);
        sent = sent.thenCompose(socket -> socket.sendText(text, true));
    }

    @Override
    public void onOpen(WebSocket socket) {
        open.complete(socket);
        socket.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        parts.append(data);
        if (last) {
            String text = parts.toString();
            parts.setLength(0);
            // libwebrtc's calls block, so they leave the WebSocket's thread; in order, as messages are asked for one by
            // one.
            return CompletableFuture.runAsync(() -> onMessage(text)).thenRun(() -> from.request(1));
        }
        from.request(1);
        return null;
    }

    private void onMessage(String text) {
        try {
            Map<String, Object> message = Json.parseObject(text);
            switch ((String) message.get("type")) {
                case "config" -> send(Map.of("type", "offer", "sdp", peer.offer()));
                case "offer" -> {
                    send(Map.of("type", "answer", "sdp", peer.answer((String) message.get("sdp"))));
                    described.complete(null);
                }
                case "answer" -> {
                    peer.onAnswer((String) message.get("sdp"));
                    described.complete(null);
                }
                case "candidate" -> peer.onRemoteCandidate(candidateOf((Map<?, ?>) message.get("candidate")));
                default -> described.completeExceptionally(new AssertionError(text));
            }
        } catch (Exception e) {
            described.completeExceptionally(e);
        }
    }

    private static RTCIceCandidate candidateOf(Map<?, ?> json) {
        return new RTCIceCandidate(
                (String) json.get("sdpMid"), ((Number) json.get("sdpMLineIndex")).intValue(), (String)
                        json.get("candidate"));
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        described.completeExceptionally(new AssertionError("closed: " + code + " " + reason));
        return null;
    }

    @Override
    public void close() {
        open.thenAccept(WebSocket::abort);
        peer.close();
    }
}
