package dev.sluice.signaling.session;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Tells of those who are turned away, of a player that looked before it joined once; and counts all that are told of, whoever tells.
 * Safe for many threads.
 */
final class Refusals implements SessionDirectory.Listener {
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

    /** Told when it may be somebody guessing, or that goes elsewhere at once; else the join beside it is. */
    void ofLook(String stream, Caller caller, Problem problem) {
        if (problem.status() == 401 || problem.status() == 403 || problem.closeCode() == Problem.GOING_AWAY) {
            sessions.refused(Role.PLAY, stream, caller, problem);
            looks.put(stream, caller, problem.code(), clock.instant());
        } else {
            counter.accept("refused.media_info");
        }
    }

    void ofJoin(Role role, String stream, Caller caller, Problem problem) {
        caller.times().checked();
        String told = role == Role.PLAY ? looks.take(stream, caller, clock.instant()) : null;
        if (!problem.code().equals(told)) {
            sessions.refused(role, stream, caller, problem);
        }
    }

    @Override
    public void onOpened(ClientSession session) {}

    @Override
    public void onEnded(ClientSession session, SessionEnd end) {}

    /** By our own words, of which there are some dozens. Too many sessions or connections are counted where the limit is, by its name. */
    @Override
    public void onRefused(Role role, String stream, Caller caller, Problem problem) {
        if (!problem.code().equals(Problem.TOO_MANY)) {
            counter.accept("refused." + problem.code());
        }
    }
}
