package dev.sluice.signaling.config;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The configuration in force, which may be replaced while the server runs. Safe for many threads. */
public final class LiveConfig implements Supplier<ServerConfig> {
    private final List<Consumer<ServerConfig>> listeners = new CopyOnWriteArrayList<>();
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

    /** Calls back with each new configuration when it is in force, in order, on the thread that replaced it. */
    public void onChange(Consumer<ServerConfig> listener) {
        listeners.add(listener);
    }

    /** Never from a listener. */
    public synchronized void replace(ServerConfig next) {
        current = next;
        listeners.forEach(listener -> listener.accept(next));
    }
}
