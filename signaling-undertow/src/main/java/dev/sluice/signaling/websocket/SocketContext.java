package dev.sluice.signaling.websocket;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
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

    /** A session of the engine's, or its refusal, which is reported. */
    interface Opening {
        MediaSession open() throws SessionRefusedException;
    }

    /** Asks the engine for a session; what it refuses is told to whoever listens to refusals. */
    MediaSession open(Role role, String stream, Request request, Opening opening) throws SessionRefusedException {
        request.caller().times().opening();
        try {
            return opening.open();
        } catch (SessionRefusedException e) {
            // Who waits for the stream is not refused when it is not live.
            if (e.refusal() != Refusal.NOT_LIVE || !request.isOn("wait")) {
                sessions.refused(role, stream, request.caller(), Problem.of(e));
            }
            throw e;
        }
    }

    /** Ties a new session to its socket: the end of its media closes the socket. */
    void opened(MediaSession session, SignallingSocket socket, Request request) {
        Role role = session.isPublisher() ? Role.PUBLISH : Role.PLAY;
        sessions.add(new ClientSession(session, role, "websocket", request.caller(), Instant.now()));
        session.ended().thenAccept(end -> socket.execute(() -> socket.close(Problem.of(end))));
    }
}
