package dev.sluice.signaling.config;

import dev.sluice.engine.EngineConfig;

/** Everything the server starts with: options over the config file over defaults. Immutable. */
public record ServerConfig(
        ListenConfig listen,
        MediaConfig media,
        TurnConfig turn,
        AccessConfig access,
        Limits limits,
        EventsConfig events) {

    /** No file, no options. */
    public static final ServerConfig DEFAULTS = new ServerConfig(
            ListenConfig.DEFAULTS, MediaConfig.DEFAULTS, TurnConfig.NONE, AccessConfig.OPEN, Limits.DEFAULTS);

    /** Nobody is told of events. */
    public ServerConfig(ListenConfig listen, MediaConfig media, TurnConfig turn, AccessConfig access, Limits limits) {
        this(listen, media, turn, access, limits, EventsConfig.NONE);
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
