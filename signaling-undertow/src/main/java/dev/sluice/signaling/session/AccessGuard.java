package dev.sluice.signaling.session;

import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.hook.Hooks;
import dev.sluice.signaling.access.outbound.OutboundHttp;
import dev.sluice.signaling.config.AccessConfig;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The parts of who may publish and play, put together and taken apart. Safe for many threads. */
public final class AccessGuard implements AutoCloseable {
    private final Admission admission;
    private final AccessWatch watch;

    /**
     * @param current what is in force whenever it is asked
     * @param executor for what may block, on virtual threads
     */
    public AccessGuard(
            Supplier<AccessConfig> current,
            AccessControl access,
            SessionDirectory sessions,
            OutboundHttp http,
            InstantSource clock,
            Executor executor) {
        SessionPlaces places = new SessionPlaces();
        Credentials credentials = new Credentials(current, http, clock, executor);
        HookGuards hooks = new HookGuards(current, new Hooks(http, clock), sessions, places, clock);
        this.admission = new Admission(access, credentials, hooks, sessions, places, clock);
        this.watch = new AccessWatch(current, admission, sessions, clock, executor);
    }

    public Admission admission() {
        return admission;
    }

    AccessWatch watch() {
        return watch;
    }

    public void start() {
        watch.start();
    }

    @Override
    public void close() {
        watch.close();
    }
}
