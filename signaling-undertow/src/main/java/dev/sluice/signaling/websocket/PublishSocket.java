package dev.sluice.signaling.websocket;

import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.session.Grant;
import java.util.List;
import java.util.Map;
import org.xnio.XnioExecutor;

/**
 * A publisher: the client offers, once or again, the server answers. Called in order by its socket, never twice at a time.
 */
final class PublishSocket implements SocketHandler {
    private final SocketContext context;
    private final SignallingSocket socket;
    private final String stream;
    private final Request request;
    private MediaSession session;
    private Grant grant;
    private XnioExecutor.Key offerTimeout;
    private Runnable watch = () -> {};

    PublishSocket(SocketContext context, SignallingSocket socket, String stream, Request request) {
        this.context = context;
        this.socket = socket;
        this.stream = stream;
        this.request = request;
    }

    @Override
    public void onOpen() throws AccessRefusedException {
        grant = context.admission().admit(Role.PUBLISH, stream, request.caller(), null);
        // Clients of 20.4.1 and later do nothing, not even ask for the camera, before they have seen a config.
        socket.send(Map.of("type", "config", "config", context.turn().socketConfig()));
        offerTimeout = socket.executeAfter(context.timings().offer(), () -> {
            if (session == null) {
                socket.close(Problem.badMessage("No offer came."));
            }
        });
    }

    @Override
    public void onMessage(String type, Map<String, Object> message)
            throws SessionRefusedException, AccessRefusedException {
        if (type.equals("moved") && session != null) {
            onMoved();
        }
        if (!type.equals("offer")) {
            return;
        }
        if (!(message.get("sdp") instanceof String sdp)) {
            socket.close(Problem.badMessage("An offer needs its sdp."));
            return;
        }
        if (session == null) {
            session = publish(sdp);
            offerTimeout.remove();
            context.opened(session, grant, socket, request);
            socket.send(Map.of("type", "answer", "sdp", session.localDescription()));
        } else {
            socket.send(Map.of("type", "answer", "sdp", session.onOffer(sdp)));
        }
        sendOneCandidate();
    }

    private MediaSession publish(String sdp) throws SessionRefusedException, AccessRefusedException {
        grant = context.admission().renewed(grant);
        return context.admission().open(grant, () -> context.engine()
                .publish(
                        stream,
                        sdp,
                        request.caller().source(),
                        context.admission().settings(stream)));
    }

    /** It publishes to another server as well, and stays here as long as somebody watches. */
    private void onMoved() {
        context.drain().onPublisherMoved(stream);
        watch.run();
        watch = context.engine().watch(stream, state -> {
            if (state.players() == 0) {
                socket.close(Problem.moved());
            }
        });
    }

    @Override
    public boolean hasSession() {
        return session != null;
    }

    /**
     * All candidates are in the answer, but publishers of 20.4.1 to 22.6.4 call themselves streaming only when a candidate message
     * was taken, once for each: so exactly one.
     */
    private void sendOneCandidate() {
        List<String> candidates = session.candidates();
        if (!candidates.isEmpty()) {
            Map<String, Object> candidate =
                    Map.of("candidate", candidates.getFirst(), "sdpMid", session.bundleMid(), "sdpMLineIndex", 0);
            socket.send(Map.of("type", "candidate", "candidate", candidate));
        }
    }

    @Override
    public void onClosed(SessionEnd end) {
        watch.run();
        if (offerTimeout != null) {
            offerTimeout.remove();
        }
        if (session != null) {
            session.close(end);
        } else if (grant != null) {
            grant.close();
        }
    }
}
