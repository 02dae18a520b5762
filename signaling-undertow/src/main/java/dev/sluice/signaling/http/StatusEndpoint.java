package dev.sluice.signaling.http;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.StreamInfo;
import dev.sluice.signaling.access.Gate;
import io.undertow.server.HttpServerExchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /-/health}, {@code /-/ready} and {@code /-/streams}. Safe for many threads; called on I/O threads. */
public final class StatusEndpoint {
    private final MediaEngine engine;
    private final VirtualThreads threads;
    private final Map<String, Object> server;
    private final Readiness readiness;
    private final Gate gate;

    /**
     * @param server facts about the server itself, for the start page
     * @param gate of who may see all streams
     */
    public StatusEndpoint(
            MediaEngine engine, VirtualThreads threads, Map<String, Object> server, Readiness readiness, Gate gate) {
        this.engine = engine;
        this.threads = threads;
        this.server = server;
        this.readiness = readiness;
        this.gate = gate;
    }

    /** Answers when the path is one of these, else returns false. */
    public boolean handle(HttpServerExchange exchange, Request request) {
        String method = exchange.getRequestMethod().toString();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return false;
        }
        switch (request.path()) {
            case "/-/health" -> {
                boolean stopping = readiness.isStopping();
                Replies.json(exchange, stopping ? 503 : 200, Map.of("status", stopping ? "stopping" : "up"));
            }
            case "/-/ready" -> {
                List<String> reasons = readiness.reasons();
                Replies.json(
                        exchange,
                        reasons.isEmpty() ? 200 : 503,
                        Map.of("ready", reasons.isEmpty(), "reasons", reasons));
            }
            case "/-/streams" -> threads.dispatch(exchange, () -> Replies.json(exchange, 200, streams(request)));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Names are for the operator. Whoever has a stream's name, as the pages for playing and publishing do, hears how many watch it. */
    private Map<String, Object> streams(Request request) {
        boolean operator = gate.check(request.caller()) == null;
        String name = request.query("name");
        List<StreamInfo> seen = operator && name == null
                ? engine.streams()
                : Optional.ofNullable(name).flatMap(engine::stream).stream().toList();
        List<Map<String, Object>> streams =
                seen.stream().map(info -> operator ? whole(info) : brief(info)).toList();
        return Map.of("streams", streams, "listed", operator, "server", server);
    }

    private static Map<String, Object> brief(StreamInfo info) {
        Map<String, Object> stream = new LinkedHashMap<>();
        stream.put("name", info.name());
        stream.put("publishing", info.publishing());
        stream.put("players", info.players());
        return stream;
    }

    private Map<String, Object> whole(StreamInfo info) {
        Map<String, Object> stream = brief(info);
        stream.put("live_since", info.liveSinceEpochMs());
        stream.put(
                "bitrate",
                info.tracks().stream().mapToLong(StreamInfo.Track::bitrateBps).sum() / 1000);
        stream.put("tracks", MediaInfo.tracks(info));
        stream.put("srtp", Map.of("provider", engine.srtp().option(), "profiles", engine.srtpProfiles(info.name())));
        return stream;
    }
}
