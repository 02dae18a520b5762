package dev.sluice.engine.peer;

import dev.sluice.engine.metrics.Counter;
import java.util.ArrayList;
import java.util.List;

/**
 * The connected players of one loop, by stream, and the run that brings them what is new: player-first, so that each
 * player's packets stand together in the batch and can leave as one message. Confined to one media loop.
 */
public final class Fanout {
    /**
     * Packets that one stream may send before the next stream gets its turn: about a millisecond. So a stream with a
     * thousand players delays a small one by that much.
     */
    static final int VISIT_PACKETS = 1024;
    /** Packets of one run over all streams, before the socket is read again. */
    static final int RUN_PACKETS = 4 * VISIT_PACKETS;

    private final Doorbell loop;
    private final List<Group> groups = new ArrayList<>();
    private final Newcomers newcomers = new Newcomers();
    private final List<Peer> arrived = new ArrayList<>();
    /** Whose turn is next. */
    private int nextGroup;

    public Fanout(Doorbell loop) {
        this.loop = loop;
    }

    /** Takes a connected player in. */
    public void add(Peer peer, long nowNs) {
        if (peer.player().isStarting()) {
            newcomers.add(peer);
            return;
        }
        addToGroup(peer, nowNs);
    }

    private void addToGroup(Peer peer, long nowNs) {
        LiveStream stream = peer.player().stream();
        boolean wholeFrames = peer.player().takesWholeFrames(nowNs);
        int slot = peer.player().slot();
        for (Group group : groups) {
            if (group.stream == stream && group.wholeFrames == wholeFrames && group.slot == slot) {
                group.add(peer);
                return;
            }
        }
        Group group = new Group(stream, wholeFrames, slot);
        group.add(peer);
        groups.add(group);
        stream.addReader(loop, wholeFrames);
    }

    /** Idempotent. */
    public void remove(Peer peer) {
        arrived.remove(peer);
        if (newcomers.remove(peer)) {
            return;
        }
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            if (group.stream == peer.player().stream() && group.remove(peer)) {
                if (group.players.isEmpty()) {
                    group.stream.removeReader(loop, group.wholeFrames);
                    groups.remove(i);
                }
                return;
            }
        }
    }

    /**
     * Sends every player what is new in its stream's logs; of a stream with much to send a part, the rest with the next run.
     *
     * @return packets sent
     */
    public int run(long nowNs, PeerSink sink) {
        int sent = 0;
        for (int left = groups.size(); left > 0 && sent < RUN_PACKETS && !groups.isEmpty(); left--) {
            if (nextGroup >= groups.size()) {
                nextGroup = 0;
            }
            Group group = groups.get(nextGroup);
            group.wake(nowNs);
            if (group.hasNews()) {
                sent += group.run(nowNs, sink);
                move(group, nowNs);
            }
            // A player that fails is removed under way, and with the last one its group.
            if (nextGroup < groups.size() && groups.get(nextGroup) == group) {
                nextGroup++;
            }
        }
        sent += newcomers.run(nowNs, sink, arrived);
        for (int i = arrived.size() - 1; i >= 0; i--) {
            Peer peer = arrived.remove(i);
            newcomers.remove(peer);
            addToGroup(peer, nowNs);
        }
        if (sent > 0) {
            sink.counters().add(Counter.RTP_FORWARDED, sent);
        }
        return sent;
    }

    /**
     * Players whose way has become narrow or wide, or who get another layer, go over to the group of their like, those that
     * catch up to the newcomers.
     */
    private void move(Group group, long nowNs) {
        for (int i = group.misplaced.size() - 1; i >= 0; i--) {
            Peer peer = group.misplaced.remove(i);
            remove(peer);
            add(peer, nowNs);
        }
    }

    /**
     * Sends one player what it left, out of its group's turn: that its TCP connection takes packets again is no reason to
     * look at thousands of others.
     *
     * @return packets sent
     */
    public int serve(Peer peer, long nowNs, PeerSink sink) {
        Player player = peer.player();
        Publication current = player.stream().publication();
        player.onServed();
        if (current == null || peer.isEnded()) {
            return 0;
        }
        long runNs = sink.startRun(nowNs);
        if (runNs == PeerSink.FULL) {
            player.waitForService(peer, sink);
            return 0;
        }
        try {
            int sent = player.run(current, player.takesWholeFrames(nowNs), peer, runNs, sink);
            sink.counters().add(Counter.RTP_FORWARDED, sent);
            return sent;
        } catch (RuntimeException e) {
            sink.onFailure(peer, e);
            return 0;
        }
    }

    /** Nanoseconds until a player that catches up is due; {@link Long#MAX_VALUE} while there is none. */
    public long leftNs(long nowNs) {
        return newcomers.leftNs(nowNs);
    }

    /** Whether a run would find something; asked once more before the loop sleeps. */
    public boolean hasWork() {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).hasNews()) {
                return true;
            }
        }
        return false;
    }

    /** Until a player on a narrow way may be sent more of what it was not sent yet; {@link Long#MAX_VALUE} for none. */
    public long pacedLeftNs(long nowNs) {
        long leastNs = Long.MAX_VALUE;
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            if (group.paced) {
                leastNs = Math.min(leastNs, Math.max(0, group.pacedUntilNs - nowNs));
            }
        }
        return leastNs;
    }

    /**
     * The players of one stream, and of several layers of the same one, that take whole frames, or those that take each packet
     * as it comes. What all of them have read is kept once, so that a quiet stream costs three loads, and a layer that is not
     * theirs nothing.
     */
    private static final class Group {
        private final LiveStream stream;
        private final boolean wholeFrames;
        private final int slot;
        private final List<Peer> players = new ArrayList<>();
        private Publication publication;
        private LayerPoint[] layers;
        private long audioRead;
        private long videoRead;
        /** The player that the next visit begins with: 0 between two rounds. */
        private int next;
        /** Players from here on have come since the last visit: a newcomer is no reason to look at thousands of others. */
        private int served;

        private boolean behind;
        private boolean leftBehind;
        /** Whether a player's way was full, and when the first of them has room again. */
        private boolean paced;

        private long pacedUntilNs;
        private final List<Peer> misplaced = new ArrayList<>();

        Group(LiveStream stream, boolean wholeFrames, int slot) {
            this.stream = stream;
            this.wholeFrames = wholeFrames;
            this.slot = slot;
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

        boolean hasNews() {
            Publication current = stream.publication();
            return current != null && (next != 0 || served < players.size() || hasNews(current));
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
            if (next == 0) {
                beginRound(stream.publication());
            }
            int sent = 0;
            while (next < players.size() && sent < VISIT_PACKETS) {
                long runNs = sink.startRun(nowNs);
                if (runNs == PeerSink.FULL) {
                    break;
                }
                Peer peer = players.get(next++);
                try {
                    sent += peer.player().run(publication, wholeFrames, peer, runNs, sink);
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
                served = players.size();
                behind |= leftBehind;
            }
            return sent;
        }

        /** A player was not sent everything, and may be from this time on. */
        private void onLeft(long resumeNs, long nowNs) {
            if (resumeNs - nowNs <= 0) {
                leftBehind = true;
            } else if (!paced || resumeNs - pacedUntilNs < 0) {
                paced = true;
                pacedUntilNs = resumeNs;
            }
        }

        void wake(long nowNs) {
            if (paced && nowNs - pacedUntilNs >= 0) {
                paced = false;
                behind = true;
            }
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
}
