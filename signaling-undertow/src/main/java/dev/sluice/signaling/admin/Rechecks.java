package dev.sluice.signaling.admin;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;

/** Asks of sessions whether they are still allowed, and ends those that are not. Safe for many threads. */
public final class Rechecks {
    /** What decides. */
    @FunctionalInterface
    public interface Reauth {
        /** Null when the session may go on. */
        Problem recheck(ClientSession session);
    }

    record Result(int checked, int ended) {}

    private final SessionDirectory sessions;
    private final Reauth reauth;

    public Rechecks(SessionDirectory sessions, Reauth reauth) {
        this.sessions = sessions;
        this.reauth = reauth;
    }

    /** @param stream null for all */
    Result run(String stream) {
        int checked = 0;
        int ended = 0;
        for (ClientSession session : sessions.all()) {
            if (stream == null || session.stream().equals(stream)) {
                checked++;
                if (reauth.recheck(session) != null) {
                    session.media().close(SessionEnd.ACCESS_ENDED);
                    ended++;
                }
            }
        }
        return new Result(checked, ended);
    }

    /** Of all of them. */
    public void run() {
        run(null);
    }
}
