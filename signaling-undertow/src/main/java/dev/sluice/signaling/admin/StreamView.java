package dev.sluice.signaling.admin;

import dev.sluice.engine.StreamInfo;
import dev.sluice.engine.StreamSettings;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.config.Guard;
import dev.sluice.signaling.config.StreamAccess;
import dev.sluice.signaling.config.StreamRule;
import dev.sluice.signaling.config.StreamSection;
import dev.sluice.signaling.session.ClientSession;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A stream as the API shows it. Safe for many threads. */
final class StreamView {
    static final Set<String> STATS = Set.of(
            "status",
            "error",
            "alive",
            "bitrate",
            "input_bitrate",
            "output_bitrate",
            "bytes_in",
            "bytes_out",
            "client_count",
            "online_clients",
            "last_dts_at",
            "lifetime",
            "published_from",
            "published_via",
            "publisher_id",
            "media_info");

    static final Set<String> FIELDS = Set.of(
            "name",
            "inputs",
            "disabled",
            "password_set",
            "play_password_set",
            "publisher_grace",
            "jwt",
            "on_publish",
            "on_play",
            "max_sessions",
            "max_publish_bitrate",
            "origin",
            "template",
            "declared_in",
            "editable",
            "stats");

    private final Traffic traffic;
    private final InstantSource clock;

    StreamView(Traffic traffic, InstantSource clock) {
        this.traffic = traffic;
        this.clock = clock;
    }

    /**
     * What is said of it.
     *
     * @param template the pattern that says what it does not say itself, null: none
     */
    static Map<String, Object> settings(String name, StreamRule rule, StreamOrigin origin, String template) {
        StreamSettings settings = rule.settings();
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("url", "publish://");
        input.put("prefer_codec", String.join(",", settings.preferredCodecs()));
        input.put("min_bitrate", settings.minBitrateBps() / 1_000);
        input.put("max_bitrate", settings.maxBitrateBps() / 1_000);
        input.put("webrtc_abr", settings.adaptive());
        input.put("transport", StreamSection.name(settings.transport()));
        input.put("source_timeout", seconds(settings.sourceTimeout()));
        input.put("key_frame_interval", seconds(settings.keyFrameInterval()));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("inputs", List.of(input));
        body.put("disabled", rule.disabled());
        body.put("password_set", !rule.password().isEmpty());
        body.put("play_password_set", !rule.playPassword().isEmpty());
        body.put("publisher_grace", settings.grace() == null ? 0 : seconds(settings.grace()));
        access(body, rule.access());
        body.put("origin", origin.word());
        body.put("template", template);
        body.put("declared_in", rule.declaredIn());
        body.put("editable", origin != StreamOrigin.CONFIG);
        return body;
    }

    private static void access(Map<String, Object> body, StreamAccess access) {
        body.put("jwt", access.jwt());
        body.put("on_publish", shown(access.onPublish()));
        body.put("on_play", shown(access.onPlay()));
        body.put("max_sessions", access.maxSessions());
        body.put("max_publish_bitrate", access.maxPublishKbps());
    }

    /** Null for the server's. */
    private static String shown(Guard guard) {
        return guard == null ? null : guard.shown();
    }

    static Object seconds(Duration duration) {
        long ms = duration.toMillis();
        return ms % 1_000 == 0 ? (Object) (ms / 1_000) : (Object) (ms / 1_000.0);
    }

    /**
     * How it fares.
     *
     * @param info null when it is neither live nor waited for
     * @param refusal why the last publisher was refused, if lately, else null
     */
    Map<String, Object> stats(String name, StreamInfo info, String refusal) {
        List<ClientSession> sessions = traffic.sessions(name);
        ClientSession publisher = publisher(sessions);
        boolean alive = info != null && info.publishing();
        Traffic.Sums sums = traffic.sums(name);
        long bitrate = alive
                ? info.tracks().stream().mapToLong(StreamInfo.Track::bitrateBps).sum() / 1_000
                : 0;
        long nowMs = clock.millis();
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("status", alive ? "running" : refusal == null ? "waiting" : "error");
        stats.put("error", alive ? null : refusal);
        stats.put("alive", alive);
        stats.put("bitrate", bitrate);
        stats.put("input_bitrate", bitrate);
        stats.put("output_bitrate", traffic.outBps(sessions) / 1_000);
        stats.put("bytes_in", sums.bytesIn());
        stats.put("bytes_out", sums.bytesOut());
        long players =
                sessions.stream().filter(session -> session.role() == Role.PLAY).count();
        stats.put("client_count", players);
        stats.put("online_clients", players);
        stats.put("last_dts_at", alive ? (Object) nowMs : sums.lastMediaAtMs() == 0 ? null : sums.lastMediaAtMs());
        stats.put("lifetime", info == null ? null : nowMs - info.liveSinceEpochMs());
        stats.put(
                "published_from",
                publisher == null ? null : publisher.caller().source().getHostAddress());
        stats.put("published_via", publisher == null ? null : publisher.transport());
        stats.put("publisher_id", publisher == null ? null : publisher.id());
        stats.put("media_info", info == null ? null : mediaInfo(info));
        return stats;
    }

    /** Of two, one takes over from the other: the one whose media flows. */
    static ClientSession publisher(List<ClientSession> sessions) {
        ClientSession found = null;
        for (ClientSession session : sessions) {
            boolean connected =
                    session.role() == Role.PUBLISH && session.media().stats().connected();
            found = connected ? session : found;
        }
        return found;
    }

    private static Map<String, Object> mediaInfo(StreamInfo info) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("flow_type", "stream");
        body.put("title", info.name());
        body.put("tracks", info.tracks().stream().map(StreamView::track).toList());
        return body;
    }

    private static Map<String, Object> track(StreamInfo.Track track) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("track_id", track.id());
        body.put("content", track.kind());
        body.put("codec", track.codec());
        body.put("bitrate", track.bitrateBps() / 1_000);
        if (track.kind().equals("video")) {
            if (track.width() > 0) {
                body.put("width", track.width());
                body.put("height", track.height());
            }
            if (!track.rid().isEmpty()) {
                body.put("rid", track.rid());
            }
            body.put("spatial_layer", track.spatialLayer());
        } else {
            body.put("channels", track.channels());
            body.put("sample_rate", track.clockRate());
        }
        return body;
    }
}
