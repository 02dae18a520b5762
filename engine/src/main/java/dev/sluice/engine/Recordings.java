package dev.sluice.engine;

import dev.sluice.engine.RecordingRefusedException.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** An engine's recordings: one for a stream, few in all. Safe for many threads; no loop takes its lock. */
final class Recordings {
    /** Each copies its session's packets on their loop and writes them to the disk. */
    static final int MOST = 4;

    private static final long CLOSE_TIMEOUT_S = 5;

    private final Function<String, Session> publishers;
    private final int videoLogBytes;
    private final int audioLogBytes;
    /** By stream; of a player's recording its publisher is a part. */
    private final Map<String, SessionRecording> running = new HashMap<>();

    /** @param publishers who publishes a stream now, or null */
    Recordings(Function<String, Session> publishers, int videoLogBytes, int audioLogBytes) {
        this.publishers = publishers;
        this.videoLogBytes = videoLogBytes;
        this.audioLogBytes = audioLogBytes;
    }

    synchronized Recording start(Session session, SessionHost host, RecordingLimits limits, Path file)
            throws RecordingRefusedException, IOException {
        String stream = session.stream();
        if (running.containsKey(stream)) {
            throw new RecordingRefusedException(Refusal.RUNNING, "A session of this stream is being recorded already.");
        }
        if (running.size() >= MOST) {
            throw new RecordingRefusedException(
                    Refusal.TOO_MANY, "There are " + MOST + " recordings already. Stop one, or wait for its end.");
        }
        if (session.peer() == null || session.requestedEnd() != null || session.hasEnded()) {
            throw new RecordingRefusedException(Refusal.ENDED, "The session has ended.");
        }
        Session publisher = session.isPublisher() ? session : publishers.apply(stream);
        SessionRecording recording =
                new SessionRecording(session, publisher, host, limits, file, videoLogBytes, audioLogBytes);
        running.put(stream, recording);
        try {
            recording.start(() -> forget(stream, recording));
        } catch (SessionRefusedException e) {
            running.remove(stream);
            recording.abandon();
            throw new RecordingRefusedException(Refusal.OVERLOADED, e.getMessage());
        } catch (IOException | RuntimeException e) {
            running.remove(stream);
            recording.abandon();
            throw e;
        }
        return recording;
    }

    private synchronized void forget(String stream, SessionRecording recording) {
        running.remove(stream, recording);
    }

    private synchronized SessionRecording[] running() {
        return running.values().toArray(SessionRecording[]::new);
    }

    /** Ends all, and waits a little for their files. */
    void close() {
        for (SessionRecording recording : running()) {
            recording.stop();
        }
        for (SessionRecording recording : running()) {
            try {
                recording.ended().toCompletableFuture().get(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
                // A disk that hangs: the file stays without an end.
                continue;
            }
        }
    }
}
