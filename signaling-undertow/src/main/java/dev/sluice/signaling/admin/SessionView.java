package dev.sluice.signaling.admin;

import dev.sluice.engine.MediaSession.Delivery;
import dev.sluice.engine.SessionStats;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.session.ClientSession;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A session as the API shows it. Safe for many threads. */
final class SessionView {
    static final Set<String> FIELDS = Set.of(
            "id",
            "type",
            "name",
            "proto",
            "transport",
            "ip",
            "bytes",
            "opened_at",
            "started_at",
            "updated_at",
            "age",
            "state",
            "user_agent",
            "referer",
            "user_id",
            "codec",
            "srtp",
            "bitrate",
            "packets",
            "lost",
            "loss",
            "repaired",
            "key_frame_requests",
            "rtt",
            "estimate",
            "layer",
            "thinned",
            "loop");

    /** A client's own words are shown so far. */
    private static final int MOST_CHARS = 300;

    private final Traffic traffic;
    private final InstantSource clock;

    SessionView(Traffic traffic, InstantSource clock) {
        this.traffic = traffic;
        this.clock = clock;
    }

    Map<String, Object> render(ClientSession session) {
        SessionStats stats = session.media().stats();
        Delivery delivery = session.role() == Role.PLAY ? session.media().delivery() : null;
        long nowMs = clock.millis();
        long openedMs = session.openedAt().toEpochMilli();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", session.id());
        body.put("type", session.role() == Role.PUBLISH ? "publish" : "play");
        body.put("name", session.stream());
        body.put("proto", "webrtc");
        body.put("transport", session.transport());
        body.put("ip", session.caller().source().getHostAddress());
        body.put("bytes", stats.bytes());
        body.put("opened_at", openedMs);
        body.put("started_at", stats.firstMediaNs() < 0 ? null : openedMs + stats.firstMediaNs() / 1_000_000);
        body.put("updated_at", nowMs);
        body.put("age", Math.max(0, nowMs - openedMs) / 1_000);
        body.put("state", stats.connected() ? "connected" : "connecting");
        body.put("user_agent", shortened(session.caller().userAgent()));
        body.put("referer", shortened(withoutQuery(session.caller().referer())));
        String user = session.grant().rights().userId();
        body.put("user_id", user.isEmpty() ? null : user);
        body.put("codec", stats.codecs());
        body.put("srtp", stats.srtpProfile());
        body.put("bitrate", traffic.bitrateBps(session, stats.bytes()) / 1_000);
        body.put("packets", stats.packets());
        body.put("lost", stats.lost());
        body.put("loss", Math.round(stats.lossShare() * 10_000) / 100.0);
        body.put("repaired", stats.repaired());
        body.put("key_frame_requests", stats.keyFrameRequests());
        body.put("rtt", stats.roundTripNs() < 0 ? null : Math.round(stats.roundTripNs() / 100_000.0) / 10.0);
        body.put("estimate", stats.estimateBps() < 0 ? null : stats.estimateBps() / 1_000);
        body.put("layer", delivery == null ? "" : delivery.videoTrackId());
        body.put("thinned", delivery != null && delivery.thinned());
        body.put("loop", stats.loop());
        return body;
    }

    /** What follows may be a secret. */
    private static String withoutQuery(String url) {
        int end = url.indexOf('?');
        int fragment = url.indexOf('#');
        end = end < 0 || fragment >= 0 && fragment < end ? fragment : end;
        return end < 0 ? url : url.substring(0, end);
    }

    private static String shortened(String text) {
        return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "…";
    }
}
