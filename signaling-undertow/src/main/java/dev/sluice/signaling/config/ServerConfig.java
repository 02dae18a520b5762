package dev.sluice.signaling.config;

import dev.sluice.engine.EngineConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Everything the server starts with: options over the config file over defaults. Immutable. */
public record ServerConfig(
        ListenConfig listen,
        MediaConfig media,
        TurnConfig turn,
        AccessConfig access,
        Limits limits,
        LogFormat logFormat,
        DrainConfig drain,
        AdminConfig admin,
        EventsConfig events) {

    /** What most have at most; for the rest the defaults. */
    public ServerConfig(ListenConfig listen, MediaConfig media, TurnConfig turn, AccessConfig access, Limits limits) {
        this(
                listen,
                media,
                turn,
                access,
                limits,
                LogFormat.TEXT,
                DrainConfig.NONE,
                AdminConfig.NONE,
                EventsConfig.NONE);
    }

    /** No file, no options. */
    public static final ServerConfig DEFAULTS = new ServerConfig(
            ListenConfig.DEFAULTS, MediaConfig.DEFAULTS, TurnConfig.NONE, AccessConfig.OPEN, Limits.DEFAULTS);

    ServerConfig with(AccessConfig other, Duration publisherGrace) {
        return new ServerConfig(
                listen, media.with(publisherGrace), turn, other, limits, logFormat, drain, admin, events);
    }

    /** What can change while the server runs as it is here, everything else as it was at the start. */
    ServerConfig startedAs(ServerConfig started) {
        ListenConfig bound =
                new ListenConfig(started.listen.plain(), started.listen.tls(), listen.certificate(), listen.key());
        return new ServerConfig(
                bound,
                started.media.with(media.publisherGrace()),
                turn,
                access,
                started.limits,
                started.logFormat,
                drain,
                admin,
                events);
    }

    /** The keys that differ from those at the start and need another one. */
    List<String> needingRestart(ServerConfig started) {
        List<String> keys = new ArrayList<>();
        addIf(keys, "listen", listen.plain(), started.listen.plain());
        addIf(keys, "tls_listen", listen.tls(), started.listen.tls());
        addIf(keys, "media_port", media.port(), started.media.port());
        addIf(keys, "loops", media.loops(), started.media.loops());
        addIf(keys, "announce", media.announce(), started.media.announce());
        addIf(keys, "ice_tcp", media.iceTcp(), started.media.iceTcp());
        addIf(keys, "srtp", media.srtp(), started.media.srtp());
        addIf(keys, "io", media.io(), started.media.io());
        addIf(keys, "limits", limits, started.limits);
        addIf(keys, "log_format", logFormat, started.logFormat);
        addIf(keys, "telemetry", events.otlp(), started.events.otlp());
        return List.copyOf(keys);
    }

    private static void addIf(List<String> keys, String key, Object now, Object then) {
        if (!Objects.equals(now, then)) {
            keys.add(key);
        }
    }

    public EngineConfig engineConfig() {
        return new EngineConfig(
                media.port(),
                media.loops(),
                media.announce(),
                listen.plain().isLoopback(),
                media.iceTcp(),
                media.srtp(),
                media.io(),
                media.publisherGrace(),
                limits.videoLogKib() << 10,
                limits.audioLogKib() << 10,
                limits.maxSessions(),
                limits.maxSessionsPerSource(),
                limits.maxHandshakesPerSource());
    }
}
