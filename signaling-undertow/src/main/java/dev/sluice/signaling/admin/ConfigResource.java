package dev.sluice.signaling.admin;

import dev.sluice.engine.EngineError;
import dev.sluice.engine.LoopStats;
import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.StreamInfo;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.ConfigReloads;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.RecentRefusals;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /config}: the server itself. Safe for many threads. */
final class ConfigResource {
    private final MediaEngine engine;
    private final ConfigKeeper keeper;
    private final SessionDirectory sessions;
    private final Traffic traffic;
    private final RecentRefusals refusals;
    private final StreamsResource streams;
    private final ConfigView view;
    private final AuditLog audit;
    private final InstantSource clock;
    private final Instant started;
    private final String version;

    ConfigResource(
            MediaEngine engine,
            ConfigKeeper keeper,
            SessionDirectory sessions,
            Traffic traffic,
            RecentRefusals refusals,
            StreamsResource streams,
            ConfigView view,
            AuditLog audit,
            InstantSource clock,
            String version) {
        this.engine = engine;
        this.keeper = keeper;
        this.sessions = sessions;
        this.traffic = traffic;
        this.refusals = refusals;
        this.streams = streams;
        this.view = view;
        this.audit = audit;
        this.clock = clock;
        this.started = clock.instant();
        this.version = version;
    }

    Answer get() {
        return Answer.of(view.render());
    }

    Answer save(Call call) throws Refused {
        ConfigChange change = ConfigChange.read(call.fields());
        StreamsResource.save(keeper, change::applyTo);
        audit.change(call.who(), call.caller(), "action=config.save fields=" + change.fieldNames());
        return Answer.of(view.render());
    }

    Answer reload(Call call) throws Refused {
        try {
            keeper.reload("api");
        } catch (ConfigException e) {
            audit.change(call.who(), call.caller(), "action=config.reload result=refused");
            throw new Refused(new dev.sluice.signaling.access.Problem(422, 4400, "config", e.getMessage(), 0));
        }
        audit.change(call.who(), call.caller(), "action=config.reload result=applied");
        return Answer.of(reloads());
    }

    private Map<String, Object> reloads() {
        ConfigReloads reloads = keeper.reloads();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("reloads", reloads.applied());
        body.put("failures", reloads.refused());
        body.put("last_success_at", reloads.lastSuccess().toEpochMilli());
        body.put("last_attempt_at", reloads.lastAttempt().toEpochMilli());
        body.put("last_error", reloads.lastError());
        body.put("restart_needed", reloads.restartNeeded());
        return body;
    }

    Answer stats() {
        Instant now = clock.instant();
        List<ClientSession> all = List.copyOf(sessions.all());
        List<StreamInfo> live =
                engine.streams().stream().filter(StreamInfo::publishing).toList();
        Traffic.Sums sums = traffic.all();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("server_version", version);
        body.put("java_version", Runtime.version().toString());
        body.put("srtp", engine.srtp().option());
        body.put("io", engine.io().option());
        body.put("started_at", started.toEpochMilli());
        body.put("now", now.toEpochMilli());
        body.put("uptime", now.getEpochSecond() - started.getEpochSecond());
        body.put("client_count", count(all, Role.PLAY));
        body.put("publisher_count", count(all, Role.PUBLISH));
        body.put("running_streams", live.size());
        body.put("total_streams", streams.count());
        body.put(
                "input_bitrate",
                live.stream()
                                .flatMap(info -> info.tracks().stream())
                                .mapToLong(StreamInfo.Track::bitrateBps)
                                .sum()
                        / 1_000);
        body.put("output_bitrate", traffic.outBps(all) / 1_000);
        body.put("bytes_in", sums.bytesIn());
        body.put("bytes_out", sums.bytesOut());
        body.put("loops", engine.loops().stream().map(ConfigResource::loop).toList());
        body.put("counters", new TreeMap<>(engine.counters()));
        body.put("reload", reloads());
        body.put(
                "refusals",
                refusals.list().stream().map(ConfigResource::refusal).toList());
        body.put("errors", engine.errors().stream().map(ConfigResource::error).toList());
        return Answer.of(body);
    }

    private static long count(List<ClientSession> sessions, Role role) {
        return sessions.stream().filter(session -> session.role() == role).count();
    }

    private static Map<String, Object> loop(LoopStats loop) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("index", loop.index());
        body.put("port", loop.port());
        body.put("sessions", loop.sessions());
        body.put("busy", loop.busyPercent());
        return body;
    }

    private static Map<String, Object> refusal(RecentRefusals.Refusal refusal) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("at", refusal.at().toEpochMilli());
        body.put("count", refusal.count());
        body.put("code", refusal.code());
        body.put("title", refusal.title());
        body.put("type", refusal.type());
        body.put("name", refusal.stream());
        body.put("ip", refusal.source());
        return body;
    }

    private static Map<String, Object> error(EngineError error) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("title", error.kind());
        body.put("count", error.count());
        body.put("first_at", error.first().toEpochMilli());
        body.put("last_at", error.last().toEpochMilli());
        return body;
    }
}
