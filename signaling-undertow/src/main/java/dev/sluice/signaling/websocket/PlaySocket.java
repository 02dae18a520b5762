package dev.sluice.signaling.websocket;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.MediaSession.Delivery;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.http.MediaInfo;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.TrackNames;
import dev.sluice.signaling.session.Arrival;
import dev.sluice.signaling.session.Grant;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xnio.XnioExecutor;

/**
 * A player: the server offers as soon as the stream is live, and again when its publisher sends other codecs or tracks; the client
 * answers. Called in order by its socket, never twice at a time.
 */
final class PlaySocket implements SocketHandler {
    private static final Duration TRACK_CHECK = Duration.ofSeconds(1);

    private final SocketContext context;
    private final SignallingSocket socket;
    private final String stream;
    private final Request request;
    private MediaSession session;
    private Grant grant;
    private Runnable watch = () -> {};
    private XnioExecutor.Key answerTimeout;
    private XnioExecutor.Key trackCheck;
    private Delivery told;
    private boolean toldPublished;
    private boolean answered;
    private boolean gone;

    PlaySocket(SocketContext context, SignallingSocket socket, String stream, Request request) {
        this.context = context;
        this.socket = socket;
        this.stream = stream;
        this.request = request;
    }

    @Override
    public void onOpen() throws SessionRefusedException, AccessRefusedException {
        grant = context.admission().admit(Role.PLAY, stream, request.caller(), null);
        if (request.isOn("wait")) {
            watch = context.engine().watch(stream, state -> {
                if (state.active()) {
                    socket.execute(() -> socket.guarded(this::offerWhenLive));
                }
            });
        } else {
            offer();
        }
    }

    /** The stream may have gone again since the watch said it came: then the watch goes on. */
    private void offerWhenLive() throws SessionRefusedException, AccessRefusedException {
        if (session != null || gone) {
            return;
        }
        try {
            offer();
            watch.run();
        } catch (SessionRefusedException e) {
            if (e.refusal() != Refusal.NOT_LIVE) {
                throw e;
            }
        }
    }

    private void offer() throws SessionRefusedException, AccessRefusedException {
        Wanted wanted = new Wanted(!request.isOff("audio"), !request.isOff("video"));
        MediaEngine engine = context.engine();
        grant = context.admission().renewed(grant);
        session = context.admission()
                .open(
                        grant,
                        () -> Arrival.open(
                                engine,
                                context.sessions(),
                                stream,
                                () -> engine.offerPlay(
                                        stream, wanted, request.caller().source())));
        context.opened(session, grant, socket, request);
        List<String> first = TrackNames.parse(request.query("start_track"));
        if (first != null && !first.isEmpty()) {
            session.selectTracks(first);
        }
        sendOffer(session.localDescription());
        watchTracks();
        session.onTracksChanged(() -> socket.execute(() -> socket.guarded(this::offerAgain)));
    }

    /** The same tracks where they stayed the same. The client answers on the PeerConnection that it has. */
    private void offerAgain() throws SessionRefusedException {
        String sdp = gone ? null : session.offerAgain();
        if (sdp != null) {
            answered = false;
            sendOffer(sdp);
        }
    }

    /** Says which tracks are delivered and whether the publisher is there, first and whenever it changes. */
    private void watchTracks() {
        trackCheck = socket.executeAfter(TRACK_CHECK, () -> {
            if (!gone) {
                tellTracks();
                watchTracks();
            }
        });
    }

    private void tellTracks() {
        Delivery now = session.delivery();
        boolean published = context.sessions().isPublished(stream);
        if (answered && (!now.equals(told) || published != toldPublished)) {
            told = now;
            toldPublished = published;
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("type", "info");
            message.put("video_track_id", now.videoTrackId());
            message.put("audio_track_id", now.audioTrackId());
            // Ours: the way is too narrow for any of them, pictures are left out.
            message.put("thinned", now.thinned());
            // Ours: without, the stream ends if none comes back in time.
            message.put("published", published);
            socket.send(message);
        }
    }

    private void sendOffer(String sdp) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "offer");
        message.put("sdp", sdp);
        // Clients of 20.4.1 and later read message.config unguarded in the first message.
        Map<String, Object> config = new LinkedHashMap<>(context.turn().socketConfig());
        config.put("abr", true);
        message.put("config", config);
        message.put("session_id", session.id());
        context.engine().stream(stream).ifPresent(info -> message.put("media_info", MediaInfo.of(info)));
        socket.send(message);
        answerTimeout = socket.executeAfter(context.timings().answer(), () -> {
            if (!answered) {
                socket.close(Problem.badMessage("No answer to our offer came."));
            }
        });
    }

    @Override
    public void onMessage(String type, Map<String, Object> message) throws SessionRefusedException {
        if (type.equals("answer")) {
            if (!(message.get("sdp") instanceof String sdp)) {
                socket.close(Problem.badMessage("An answer needs its sdp."));
            } else if (session == null || answered) {
                socket.close(Problem.badMessage("No answer was expected."));
            } else {
                answered = true;
                answerTimeout.remove();
                session.onAnswer(sdp);
            }
        }
        if (type.equals("select_tracks") && session != null) {
            List<String> tracks = TrackNames.parse(message.get("tracks"));
            if (tracks != null && session.selectTracks(tracks)) {
                told = null;
            }
        }
        // Candidates are not needed: ours are all in the offer, the client's checks tell us its addresses.
    }

    @Override
    public boolean hasSession() {
        return session != null;
    }

    @Override
    public void onClosed(SessionEnd end) {
        gone = true;
        watch.run();
        if (answerTimeout != null) {
            answerTimeout.remove();
        }
        if (trackCheck != null) {
            trackCheck.remove();
        }
        if (session != null) {
            session.close(end);
        } else if (grant != null) {
            grant.close();
        }
    }
}
