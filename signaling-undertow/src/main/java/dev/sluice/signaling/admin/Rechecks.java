package dev.sluice.signaling.admin;

import dev.sluice.signaling.session.Admission;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;

/** Asks of sessions at once whether they are still allowed, and ends those that are not. Safe for many threads; may block. */
public final class Rechecks {

    record Result(int checked, int ended) {}

    private final SessionDirectory sessions;
    private final Admission admission;

    public Rechecks(SessionDirectory sessions, Admission admission) {
        this.sessions = sessions;
        this.admission = admission;
    }

    /** @param stream null for all */
    Result run(String stream) {
        int checked = 0;
        int ended = 0;
        for (ClientSession session : sessions.all()) {
            if (stream == null || session.stream().equals(stream)) {
                checked++;
                ended += admission.recheck(session) ? 0 : 1;
            }
        }
        return new Result(checked, ended);
    }
}
