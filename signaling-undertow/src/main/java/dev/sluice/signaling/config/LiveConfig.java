package dev.sluice.signaling.config;

import java.util.function.Function;
import java.util.function.Supplier;

/** The configuration in force, which may be replaced while the server runs. Safe for many threads. */
public final class LiveConfig implements Supplier<ServerConfig> {
    private volatile ServerConfig current;

    public LiveConfig(ServerConfig first) {
        this.current = first;
    }

    @Override
    public ServerConfig get() {
        return current;
    }

    /** A part of it, as it is whenever somebody asks. */
    public <T> Supplier<T> part(Function<ServerConfig, T> part) {
        return () -> part.apply(current);
    }

    public void replace(ServerConfig next) {
        current = next;
    }
}
