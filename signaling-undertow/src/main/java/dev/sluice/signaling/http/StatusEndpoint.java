package dev.sluice.signaling.http;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.StreamInfo;
import io.undertow.server.HttpServerExchange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /-/health}, {@code /-/ready} and {@code /-/streams}. Safe for many threads; called on I/O threads. */
public final class StatusEndpoint {
    private final MediaEngine engine;
    private final VirtualThreads threads;
    private final Map<String, Object> server;
    private final Readiness readiness;

    /** @param server facts about the server itself, for the start page */
    public StatusEndpoint(MediaEngine engine, VirtualThreads threads, Map<String, Object> server, Readiness readiness) {
        this.engine = engine;
        this.threads = threads;
        this.server = server;
        this.readiness = readiness;
    }

    /** Answers when the path is one of these, else returns false. */
    public boolean handle(HttpServerExchange exchange, String path) {
        String method = exchange.getRequestMethod().toString();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return false;
        }
        switch (path) {
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
            case "/-/streams" -> threads.dispatch(exchange, () -> Replies.json(exchange, 200, streams()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private Map<String, Object> streams() {
        List<Map<String, Object>> streams = new ArrayList<>();
        for (StreamInfo info : engine.streams()) {
            Map<String, Object> stream = new LinkedHashMap<>();
            stream.put("name", info.name());
            stream.put("publishing", info.publishing());
            stream.put("players", info.players());
            stream.put("live_since", info.liveSinceEpochMs());
            stream.put(
                    "bitrate",
                    info.tracks().stream()
                                    .mapToLong(StreamInfo.Track::bitrateBps)
                                    .sum()
                            / 1000);
            stream.put("tracks", MediaInfo.tracks(info));
            stream.put(
                    "srtp",
                    Map.of(
                            "provider", engine.srtp().option(),
                            "profiles", engine.srtpProfiles(info.name())));
            streams.add(stream);
        }
        return Map.of("streams", streams, "server", server);
    }
}
