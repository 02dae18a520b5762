package dev.sluice.signaling.websocket;

import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.config.OtherServer;
import dev.sluice.signaling.drain.MovableClient;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.RequestPath;
import java.util.Map;

/** What a drain says over one WebSocket. Safe for many threads. */
final class MovableSocket implements MovableClient {
    private final SignallingSocket socket;
    private final SocketHandler handler;
    private final RequestPath path;
    private final Request request;

    MovableSocket(SignallingSocket socket, SocketHandler handler, RequestPath path, Request request) {
        this.socket = socket;
        this.handler = handler;
        this.path = path;
        this.request = request;
    }

    @Override
    public String stream() {
        return path.stream();
    }

    @Override
    public boolean isPublisher() {
        return path.isPublish();
    }

    @Override
    public Caller caller() {
        return request.caller();
    }

    @Override
    public void onMove(OtherServer to) {
        socket.execute(() -> {
            if (to != null) {
                socket.send(Problem.reconnect(to.stream(path.stream())));
            }
            if (!handler.hasSession()) {
                socket.close(Problem.draining());
            }
        });
    }

    @Override
    public void onStay() {
        socket.execute(() -> socket.send(Map.of("type", "stay")));
    }
}
