package dev.sluice.signaling.admin;

import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.OwnListeners;
import dev.sluice.signaling.http.BodyReader;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.session.Admission;
import dev.sluice.signaling.session.RecentRefusals;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.InstantSource;
import java.util.function.Supplier;

/** The parts of the administration put together. Stateless. */
public final class Administration {
    private Administration() {}

    /**
     * The API; it hears of sessions and of changes of the configuration from now on.
     *
     * @param listeners asked when somebody wants to see them
     */
    public static AdminEndpoint endpoint(
            MediaEngine engine,
            ConfigKeeper keeper,
            Supplier<OwnListeners> listeners,
            AdminAccess access,
            AuditLog audit,
            SessionDirectory sessions,
            Admission admission,
            RecentRefusals refusals,
            BodyReader bodies,
            VirtualThreads threads,
            String version) {
        InstantSource clock = InstantSource.system();
        Traffic traffic = new Traffic(clock);
        sessions.addListener(traffic);
        StreamsResource streams = new StreamsResource(engine, keeper, traffic, refusals, audit, clock);
        return new AdminEndpoint(
                access,
                streams,
                new SessionsResource(sessions, traffic, admission, audit, clock),
                new ConfigResource(
                        engine,
                        keeper,
                        sessions,
                        traffic,
                        refusals,
                        streams,
                        new ConfigView(keeper, access, engine, listeners),
                        audit,
                        clock,
                        version),
                new RecordingsResource(sessions, new Recordings(clock), audit),
                new HistoryResource(engine, traffic, System::nanoTime),
                refusals,
                bodies,
                threads);
    }
}
