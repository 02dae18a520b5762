package dev.sluice.signaling.websocket;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaSession;
import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.access.TurnServers;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Instant;

/** What both kinds of signalling sockets use. Immutable. */
record SocketContext(
        MediaEngine engine, AccessControl access, TurnServers turn, SessionDirectory sessions, SocketTimings timings) {

    /** Ties a new session to its socket: the end of its media closes the socket. */
    void opened(MediaSession session, SignallingSocket socket, Request request) {
        socket.onSession();
        Role role = session.isPublisher() ? Role.PUBLISH : Role.PLAY;
        sessions.add(new ClientSession(session, role, "websocket", request.caller(), Instant.now()));
        session.ended().thenAccept(end -> socket.execute(() -> socket.close(Problem.of(end))));
    }
}
