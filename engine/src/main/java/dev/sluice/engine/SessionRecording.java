package dev.sluice.engine;

import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.net.MediaLoops;
import dev.sluice.engine.peer.PacketTap;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.Publication;
import dev.sluice.engine.peer.PublishedTrack;
import dev.sluice.engine.record.EventKind;
import dev.sluice.engine.record.EventRing;
import dev.sluice.engine.record.RecordedEvent;
import dev.sluice.engine.record.RecordingWriter;
import dev.sluice.engine.record.StateImage;
import dev.sluice.engine.rtp.PacketLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One recording: the taps on its peers, and the thread that writes what they note. A loop only copies into a ring. Safe for
 * many threads.
 */
final class SessionRecording implements Recording {
    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);
    /** Two seconds of 8 Mbit/s both ways: longer than a disk mostly stalls. */
    private static final int RING_BYTES = 1 << 22;

    private static final long POLL_NS = 2_000_000L;
    private static final long FLUSH_NS = 1_000_000_000L;
    /** Two loops put what they do at one time so much apart at most, most often. */
    private static final long ORDER_NS = 20_000_000L;

    /** For the blocks around what is written last. */
    private static final int END_BYTES = 4_096;

    private final Session session;
    private final Session publisher;
    private final SessionHost host;
    private final RecordingLimits limits;
    private final Path file;
    private final RecordingWriter writer;
    private final boolean far;
    /** Of the session's loop, and of its publisher's where that is another. */
    private final EventRing ring = new EventRing(RING_BYTES);

    private final EventRing farRing;
    private final StateImage image = PacketTap.newImage();
    /** What the beginning took a loop at most. */
    private long loopNs;

    private boolean outOfMemory;

    private final CompletableFuture<End> ended = new CompletableFuture<>();
    private volatile boolean stopRequested;
    private volatile long bytes;
    private volatile long packets;
    private boolean detached;
    /** When both rings had events. */
    private long gaveBothNs = MediaLoops.nanoTime();

    /** Until the image is written. */
    private final Queue<PacketLog> held = new ConcurrentLinkedQueue<>();

    private RecordedEvent waiting;
    private RecordedEvent waitingFar;

    /**
     * Makes the file.
     *
     * @param publisher of the session's stream, the session itself, or null
     */
    SessionRecording(
            Session session,
            Session publisher,
            SessionHost host,
            RecordingLimits limits,
            Path file,
            int videoLogBytes,
            int audioLogBytes)
            throws IOException {
        this.session = session;
        this.publisher = publisher == null || publisher.peer() == null ? null : publisher;
        this.host = host;
        this.limits = limits;
        this.file = file;
        this.far = this.publisher != null && this.publisher.loop() != session.loop();
        this.farRing = far ? new EventRing(RING_BYTES) : null;
        writer = RecordingWriter.create(
                file, RecordingHeads.of(session, this.publisher, far, host, videoLogBytes, audioLogBytes));
    }

    /** @param onEnd run when the recording is over */
    void start(Runnable onEnd) throws SessionRefusedException {
        Peer player = session.isPublisher() ? null : session.peer();
        Peer source = publisher == null ? null : publisher.peer();
        if (source == null) {
            image.add(null);
        } else if (far) {
            host.call(publisher.loop(), nowNs -> attach(source, null, farRing));
        }
        host.call(session.loop(), nowNs -> {
            if (source != null && !far) {
                attach(source, null, ring);
            }
            if (player == null) {
                image.add(null);
            } else if (!outOfMemory) {
                attach(player, source, ring);
            }
        });
        if (outOfMemory) {
            throw new SessionRefusedException(Refusal.OVERLOADED, "The server has no memory for a recording.");
        }
        LOG.info(
                "session={} event=recording file={} loop_us={}",
                session.id().substring(0, 8),
                file.getFileName(),
                loopNs / 1_000);
        Thread.ofPlatform().name("recording").daemon().start(() -> run(onEnd));
    }

    /** On the peer's loop. */
    private void attach(Peer peer, Peer source, EventRing to) {
        long startNs = MediaLoops.nanoTime();
        if (!PacketTap.addTo(image, peer)) {
            outOfMemory = true;
            return;
        }
        hold(peer);
        loopNs = Math.max(loopNs, MediaLoops.nanoTime() - startNs);
        // Of one that has ended meanwhile nothing will come.
        if (peer.isEnded() && peer == session.peer()) {
            stopRequested = true;
        }
        peer.tap(new PacketTap(to, peer, source == null ? null : source.publisher(), far && source != null));
    }

    /** Its logs, whose memory the image names: nobody else may have it before the image is written. */
    private void hold(Peer peer) {
        Publication publication = peer.publisher() != null
                ? peer.publisher().publication()
                : peer.player().stream().publication();
        if (publication == null) {
            return;
        }
        for (PublishedTrack track : publication.tracks()) {
            if (track.log().tryRetain()) {
                held.add(track.log());
            }
        }
    }

    private void letGo() {
        PacketLog log;
        while ((log = held.poll()) != null) {
            log.release();
        }
    }

    /** It was not begun. */
    void abandon() {
        detach();
        letGo();
        close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("could not delete {}: {}", file.getFileName(), e.getMessage());
        }
        ended.complete(End.FAILED);
    }

    private void run(Runnable onEnd) {
        End end = End.FAILED;
        try {
            end = record();
        } catch (IOException | RuntimeException e) {
            LOG.warn("recording of session={} failed: {}", session.id().substring(0, 8), e.toString());
        } finally {
            detach();
            letGo();
            try {
                if (end == End.STOPPED || end == End.TIME_UP) {
                    // Whole to the last input's outputs.
                    writeAll();
                }
                if (end != End.FAILED) {
                    writer.end(end.name());
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn("recording of session={} failed: {}", session.id().substring(0, 8), e.toString());
                end = End.FAILED;
            }
            close();
            bytes = writer.bytes();
            packets = writer.packets();
            onEnd.run();
            LOG.info("session={} event=recorded packets={} end={}", session.id().substring(0, 8), packets, end);
            ended.complete(end);
        }
    }

    private void close() {
        try {
            writer.close();
        } catch (IOException e) {
            LOG.warn("could not close {}: {}", file.getFileName(), e.getMessage());
        }
    }

    private End record() throws IOException {
        long startNs = MediaLoops.nanoTime();
        long flushedNs = startNs;
        if (image.lengthBytes() + END_BYTES > limits.mostBytes() - writer.bytes()) {
            return End.SIZE_REACHED;
        }
        try {
            writer.image(image);
        } finally {
            letGo();
        }
        while (!stopRequested) {
            End end = writeAll();
            if (end != null) {
                return end;
            }
            long nowNs = MediaLoops.nanoTime();
            if (nowNs - startNs >= limits.longest().toNanos()) {
                return End.TIME_UP;
            }
            if (nowNs - flushedNs >= FLUSH_NS) {
                flushedNs = nowNs;
                writer.flush();
            }
            LockSupport.parkNanos(POLL_NS);
        }
        return End.STOPPED;
    }

    /** Null when the recording goes on. */
    private End writeAll() throws IOException {
        RecordedEvent event;
        End end = null;
        while ((event = next()) != null && end != End.SIZE_REACHED) {
            if (writer.bytes() + event.payload().length + END_BYTES > limits.mostBytes()) {
                end = End.SIZE_REACHED;
            } else {
                writer.write(event);
                boolean own =
                        event.source() == (session.isPublisher() ? RecordedEvent.PUBLISHER : RecordedEvent.PLAYER);
                if (own && event.kind() == EventKind.ENDED) {
                    end = End.SESSION_ENDED;
                }
            }
        }
        bytes = writer.bytes();
        packets = writer.packets();
        return end;
    }

    /** The older of both rings' oldest; while one is empty, what the other has waits for a moment. */
    private RecordedEvent next() {
        if (!far) {
            return ring.poll();
        }
        if (waiting == null) {
            waiting = ring.poll();
        }
        if (waitingFar == null) {
            waitingFar = farRing.poll();
        }
        if (!detached && (waiting == null || waitingFar == null)) {
            long nowNs = MediaLoops.nanoTime();
            if (waiting == null && waitingFar == null || nowNs - gaveBothNs < ORDER_NS) {
                return null;
            }
        } else {
            gaveBothNs = MediaLoops.nanoTime();
        }
        RecordedEvent next;
        if (waiting == null || waitingFar != null && waitingFar.atNs() - waiting.atNs() < 0) {
            next = waitingFar;
            waitingFar = null;
        } else {
            next = waiting;
            waiting = null;
        }
        return next;
    }

    private void detach() {
        detached = true;
        detach(session);
        if (publisher != null && publisher != session) {
            detach(publisher);
        }
    }

    private void detach(Session of) {
        try {
            host.call(of.loop(), nowNs -> of.peer().tap(null));
        } catch (SessionRefusedException e) {
            // The loop has ended, or is so busy that it goes on copying into a ring that nobody reads.
            LOG.debug("recording: {}", e.getMessage());
        }
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long packets() {
        return packets;
    }

    @Override
    public long missed() {
        return ring.missed() + (far ? farRing.missed() : 0);
    }

    @Override
    public void stop() {
        stopRequested = true;
    }

    @Override
    public CompletionStage<End> ended() {
        return ended;
    }
}
