package dev.sluice.engine;

import dev.sluice.engine.RecordingRefusedException.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** An engine's recordings: one for a stream, few in all. Safe for many threads; no loop takes its lock, and nobody waits within it. */
final class Recordings {
    /** Each copies its session's packets on their loop and writes them to the disk. */
    static final int MOST = 4;

    private static final long CLOSE_TIMEOUT_S = 5;

    private final Function<String, Session> publishers;
    private final int videoLogBytes;
    private final int audioLogBytes;
    /** Streams; of a player's recording its publisher is a part. */
    private final Set<String> taken = new HashSet<>();

    private final List<SessionRecording> running = new ArrayList<>();
    private boolean closed;

    /** @param publishers who publishes a stream now, or null */
    Recordings(Function<String, Session> publishers, int videoLogBytes, int audioLogBytes) {
        this.publishers = publishers;
        this.videoLogBytes = videoLogBytes;
        this.audioLogBytes = audioLogBytes;
    }

    Recording start(Session session, SessionHost host, RecordingLimits limits, Path file)
            throws RecordingRefusedException, IOException {
        String stream = session.stream();
        take(stream);
        SessionRecording recording = null;
        boolean begun = false;
        try {
            if (session.peer() == null || session.requestedEnd() != null || session.hasEnded()) {
                throw new RecordingRefusedException(Refusal.ENDED, "The session has ended.");
            }
            Session publisher = session.isPublisher() ? session : publishers.apply(stream);
            recording = new SessionRecording(session, publisher, host, limits, file, videoLogBytes, audioLogBytes);
            begin(recording, stream);
            begun = true;
        } catch (SessionRefusedException e) {
            throw new RecordingRefusedException(Refusal.OVERLOADED, e.getMessage());
        } finally {
            if (!begun) {
                giveUp(stream, recording);
            }
        }
        return recording;
    }

    private synchronized void take(String stream) throws RecordingRefusedException {
        if (taken.contains(stream)) {
            throw new RecordingRefusedException(Refusal.RUNNING, "A session of this stream is being recorded already.");
        }
        if (taken.size() >= MOST) {
            throw new RecordingRefusedException(
                    Refusal.TOO_MANY, "There are " + MOST + " recordings already. Stop one, or wait for its end.");
        }
        taken.add(stream);
    }

    private void begin(SessionRecording recording, String stream) throws SessionRefusedException {
        synchronized (this) {
            if (closed) {
                throw new SessionRefusedException(SessionRefusedException.Refusal.OVERLOADED, "The server stops.");
            }
            running.add(recording);
        }
        recording.start(() -> forget(stream, recording));
    }

    /** Its taps are gone before the stream's next recording sets its own. */
    private void giveUp(String stream, SessionRecording recording) {
        try {
            if (recording != null) {
                recording.abandon();
            }
        } finally {
            forget(stream, recording);
        }
    }

    private synchronized void forget(String stream, SessionRecording recording) {
        taken.remove(stream);
        running.remove(recording);
    }

    /** Those that are to be ended; none is begun after that. */
    private synchronized List<SessionRecording> shut() {
        closed = true;
        return List.copyOf(running);
    }

    /** Ends all, and waits a little for their files. */
    void close() {
        List<SessionRecording> last = shut();
        last.forEach(SessionRecording::stop);
        for (SessionRecording recording : last) {
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
