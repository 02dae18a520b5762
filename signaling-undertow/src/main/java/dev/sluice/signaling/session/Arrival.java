package dev.sluice.signaling.session;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A player's coming at the moment of its publisher's: a publisher is connected a moment before it has its stream, and who saw that
 * and comes at once waits for it instead of being sent away. Stateless; blocks and belongs on virtual threads.
 */
public final class Arrival {
    private static final long WAIT_MS = 1_000;

    private Arrival() {}

    public static MediaSession open(
            MediaEngine engine, SessionDirectory sessions, String stream, Admission.Opening opening)
            throws SessionRefusedException {
        try {
            return opening.open();
        } catch (SessionRefusedException e) {
            if (e.refusal() != Refusal.NOT_LIVE || !sessions.isPublished(stream) || !awaitLive(engine, stream)) {
                throw e;
            }
            return opening.open();
        }
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
