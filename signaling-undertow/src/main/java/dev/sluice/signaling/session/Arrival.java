package dev.sluice.signaling.session;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.signaling.access.AccessControl.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A player's coming at the moment of its publisher's: a publisher is connected a moment before it has its stream, and who saw that
 * and comes at once waits for it instead of being sent away. Stateless; blocks and belongs on virtual threads.
 */
public final class Arrival {
    private static final long WAIT_MS = 1_000;

    /** Who has no stream by then does not get one in a moment: it does not connect, or sends nothing. */
    private static final Duration COMING = Duration.ofSeconds(3);

    private Arrival() {}

    public static MediaSession open(
            MediaEngine engine, SessionDirectory sessions, String stream, Admission.Opening opening)
            throws SessionRefusedException {
        try {
            return opening.open();
        } catch (SessionRefusedException e) {
            if (e.refusal() != Refusal.NOT_LIVE || !isComing(sessions, stream) || !awaitLive(engine, stream)) {
                throw e;
            }
            return opening.open();
        }
    }

    private static boolean isComing(SessionDirectory sessions, String stream) {
        Instant since = Instant.now().minus(COMING);
        return sessions.isPublished(stream)
                && sessions.all().stream()
                        .anyMatch(session -> session.role() == Role.PUBLISH
                                && session.stream().equals(stream)
                                && session.openedAt().isAfter(since));
    }

    private static boolean awaitLive(MediaEngine engine, String stream) {
        CompletableFuture<Boolean> live = new CompletableFuture<>();
        Runnable stop = engine.watch(stream, state -> {
            if (state.active()) {
                live.complete(true);
            }
        });
        try {
            return live.completeOnTimeout(false, WAIT_MS, TimeUnit.MILLISECONDS).join();
        } finally {
            stop.run();
        }
    }
}
