package dev.sluice.signaling.session;

import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Tells of those who are turned away, of a player that looked before it joined once. Safe for many threads. */
final class Refusals {
    private final SessionDirectory sessions;
    private final InstantSource clock;
    private final Consumer<String> counter;
    /** The codes of those that were told. */
    private final Looks<String> looks = new Looks<>();

    /** @param counter counts one more by name */
    Refusals(SessionDirectory sessions, InstantSource clock, Consumer<String> counter) {
        this.sessions = sessions;
        this.clock = clock;
        this.counter = counter;
    }

    /** Told when it may be somebody guessing; else the join beside it is. */
    void ofLook(String stream, Caller caller, Problem problem) {
        if (problem.status() == 401 || problem.status() == 403) {
            tell(Role.PLAY, stream, caller, problem);
            looks.put(stream, caller, problem.code(), clock.instant());
        } else {
            counter.accept("refused.media_info");
        }
    }

    void ofJoin(Role role, String stream, Caller caller, Problem problem) {
        caller.times().checked();
        String told = role == Role.PLAY ? looks.take(stream, caller, clock.instant()) : null;
        if (!problem.code().equals(told)) {
            tell(role, stream, caller, problem);
        }
    }

    private void tell(Role role, String stream, Caller caller, Problem problem) {
        counter.accept("refused." + problem.code());
        sessions.refused(role, stream, caller, problem);
    }
}
