package dev.sluice.engine.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The players of one stream, and of several layers of the same one, that take whole frames, or those that take each packet
 * as it comes. What all of them have read is kept once, so that a layer that is not theirs costs three loads. Confined to one
 * media loop, {@link #onNews} excepted.
 */
final class PlayerGroup {
    /**
     * Packets that one stream may send before the next stream gets its turn: about a millisecond. So a stream with a
     * thousand players delays a small one by that much.
     */
    static final int VISIT_PACKETS = 1024;

    private final LiveStream stream;
    private final boolean wholeFrames;
    private final int slot;
    private final Doorbell loop;
    private final News news;
    private final AtomicBoolean told = new AtomicBoolean();
    /** Of {@link News}. */
    PlayerGroup toldBefore;

    /** Of {@link Fanout}: whether it waits for its turn. */
    boolean enlisted;

    /** Of {@link Fanout}: whether it waits for room on a player's way. */
    boolean waits;

    private final List<Peer> players = new ArrayList<>();
    private Publication publication;
    private LayerPoint[] layers;
    private long audioRead;
    private long videoRead;
    /** Whether some players have had their turn in this round and others not, for want of room in the socket or of time. */
    private boolean inRound;
    /** The player that the next visit begins with. */
    private int next;
    /** Players from here on have come since the last visit: a newcomer is no reason to look at thousands of others. */
    private int served;

    private boolean behind;
    private boolean leftBehind;
    /** Whether a player's way was full, and when the first of them has room again. */
    private boolean paced;

    private long pacedUntilNs;
    /** Players that belong elsewhere since their last run. */
    final List<Peer> misplaced = new ArrayList<>();

    PlayerGroup(LiveStream stream, boolean wholeFrames, int slot, Doorbell loop, News news) {
        this.stream = stream;
        this.wholeFrames = wholeFrames;
        this.slot = slot;
        this.loop = loop;
        this.news = news;
    }

    boolean wholeFrames() {
        return wholeFrames;
    }

    boolean is(boolean inWholeFrames, int ofSlot) {
        return wholeFrames == inWholeFrames && slot == ofSlot;
    }

    boolean isEmpty() {
        return players.isEmpty();
    }

    /**
     * Something is there to read. Cheap when the last time was not looked into yet. From the loop that writes the log, two of
     * them for a moment when another publisher takes over. Safe for many threads.
     *
     * @param writer the loop that calls, which need not be woken
     */
    void onNews(Doorbell writer) {
        if (!told.get() && told.compareAndSet(false, true)) {
            news.add(this);
            if (loop != writer) {
                loop.ring();
            }
        }
    }

    /** The stream has another publication. Safe for many threads. */
    void onPublished() {
        news.onPublished();
        loop.ring();
    }

    /** What comes from now on is to be told again. Before the logs are looked at there has to be a fence. */
    void onTold() {
        told.set(false);
    }

    void add(Peer peer) {
        players.add(peer);
    }

    boolean remove(Peer peer) {
        int index = players.indexOf(peer);
        if (index < 0) {
            return false;
        }
        players.remove(index);
        if (index < next) {
            next--;
        }
        if (index < served) {
            served--;
        }
        misplaced.remove(peer);
        return true;
    }

    /** Whether a visit would find something. */
    boolean hasNews() {
        Publication current = stream.publication();
        return current != null && !players.isEmpty() && (inRound || served < players.size() || hasNews(current));
    }

    private boolean hasNews(Publication current) {
        return behind
                || current != publication
                || end(current.audio()) != audioRead
                || current.videoLayers().points() != layers
                || end(current.slot(slot)) != videoRead;
    }

    /** One visit: from where the last one stopped, until all had their turn or the visit's packets are spent. */
    int run(long nowNs, PeerSink sink) {
        if (!inRound) {
            beginRound(stream.publication());
            inRound = true;
        }
        int sent = 0;
        // Who is sent nothing takes its time too, and so does what goes beside the stream.
        int spent = 0;
        while (next < players.size() && spent < VISIT_PACKETS) {
            long runNs = sink.startRun(nowNs);
            if (runNs == PeerSink.FULL) {
                break;
            }
            Peer peer = players.get(next++);
            try {
                int run = peer.player().run(publication, wholeFrames, peer, runNs, sink);
                sent += run;
                spent += Math.max(1, run + peer.player().padded());
                if (peer.player().hasMore()) {
                    onLeft(peer.player().resumeNs(runNs), runNs);
                }
                if (peer.player().isMisplaced(wholeFrames, slot, runNs)) {
                    misplaced.add(peer);
                }
            } catch (RuntimeException e) {
                sink.onFailure(peer, e);
            }
        }
        if (next >= players.size()) {
            next = 0;
            inRound = false;
            served = players.size();
            behind |= leftBehind;
        }
        return sent;
    }

    /** A player was not sent everything, and may be from this time on. */
    void onLeft(long resumeNs, long nowNs) {
        if (resumeNs - nowNs <= 0) {
            leftBehind = true;
        } else if (!paced || resumeNs - pacedUntilNs < 0) {
            paced = true;
            pacedUntilNs = resumeNs;
        }
    }

    /** Whether a player waits for room on its way. */
    boolean isPaced() {
        return paced;
    }

    /** Until the first of these has room; below 0 when it has. */
    long pacedLeftNs(long nowNs) {
        return pacedUntilNs - nowNs;
    }

    /** That time has come. */
    void wake() {
        paced = false;
        behind = true;
    }

    /** Of all players, or of the newcomers when there is no other reason. */
    private void beginRound(Publication current) {
        leftBehind = false;
        if (!hasNews(current)) {
            next = served;
            return;
        }
        publication = current;
        // Taken before the players read: what comes in between is news for the next round.
        audioRead = end(publication.audio());
        layers = publication.videoLayers().points();
        videoRead = end(publication.slot(slot));
        behind = false;
    }

    private long end(PublishedTrack track) {
        if (track == null) {
            return 0;
        }
        return wholeFrames ? track.released() : track.log().position();
    }
}
