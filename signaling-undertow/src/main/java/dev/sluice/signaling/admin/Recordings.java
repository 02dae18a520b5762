package dev.sluice.signaling.admin;

import dev.sluice.engine.Recording;
import dev.sluice.engine.RecordingLimits;
import dev.sluice.engine.RecordingRefusedException;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.session.ClientSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recordings that operators began, with their files, which nobody but the server's user may read and which go with the
 * server. Safe for many threads.
 */
final class Recordings implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

    /** With up to 512 MiB each: nobody fills the disk by forgetting. */
    static final int MOST_KEPT = 8;

    private static final int RETRY_SECONDS = 5;

    /**
     * One of them. Immutable but for its recording.
     *
     * @param session the short id: the whole one is a capability
     */
    record Kept(long id, String stream, Role role, String session, long startedAtMs, Recording recording) {
        Recording.End end() {
            return recording.ended().toCompletableFuture().getNow(null);
        }

        String fileName() {
            return stream.replace('/', '-') + "-" + id + ".pcapng";
        }
    }

    private final InstantSource clock;
    /** The newest first. */
    private final ConcurrentNavigableMap<Long, Kept> kept = new ConcurrentSkipListMap<>(Collections.reverseOrder());

    private Path folder;
    private long lastId;
    private boolean closed;

    Recordings(InstantSource clock) {
        this.clock = clock;
    }

    Collection<Kept> all() {
        return kept.values();
    }

    Kept find(String id) throws Refused {
        Kept found = id.matches("[1-9][0-9]{0,17}") ? kept.get(Long.parseLong(id)) : null;
        if (found == null) {
            throw Refused.notFound("This recording does not exist or was deleted.");
        }
        return found;
    }

    /** Waits for a loop; others wait behind it. */
    synchronized Kept start(ClientSession session, RecordingLimits limits) throws Refused {
        if (closed) {
            throw new Refused(Problem.stopping());
        }
        if (kept.size() >= MOST_KEPT) {
            throw Refused.conflict("too_many_kept", "There are " + MOST_KEPT + " recordings. Delete one first.");
        }
        long id = ++lastId;
        Recording recording;
        try {
            if (folder == null) {
                folder = Files.createTempDirectory("sluice-recordings-");
            }
            recording = session.media().record(limits, folder.resolve(id + ".pcapng"));
        } catch (RecordingRefusedException e) {
            throw refused(e);
        } catch (IOException e) {
            LOG.warn("event=recording_not_begun", e);
            throw Refused.noFile(e.getClass().getSimpleName() + ". The server's log says more.");
        }
        Kept made = new Kept(id, session.stream(), session.role(), session.shortId(), clock.millis(), recording);
        kept.put(id, made);
        return made;
    }

    private static Refused refused(RecordingRefusedException e) {
        String title = e.getMessage();
        return switch (e.refusal()) {
            case RUNNING -> Refused.conflict("running", title);
            case TOO_MANY -> Refused.conflict("too_many", title);
            case ENDED -> new Refused(Problem.ended(title));
            case OVERLOADED -> new Refused(new Problem(503, 4429, "overloaded", title, RETRY_SECONDS));
        };
    }

    /** Stops it, too. */
    void delete(Kept one) {
        kept.remove(one.id());
        one.recording().stop();
        remove(one.recording().file());
    }

    /** Who still writes or reads the file goes on with it, nameless. */
    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("event=recording_not_deleted file={}", path, e);
        }
    }

    /** Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        kept.values().forEach(this::delete);
        if (folder != null) {
            remove(folder);
            folder = null;
        }
    }
}
