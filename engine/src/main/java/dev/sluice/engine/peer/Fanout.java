package dev.sluice.engine.peer;

import dev.sluice.engine.metrics.Counter;
import java.util.ArrayList;
import java.util.List;

/**
 * The connected players of one loop, by stream, and the run that brings them what is new: player-first, so that each
 * player's packets stand together in the batch and can leave as one message. Confined to one media loop.
 */
public final class Fanout {
    private final Doorbell loop;
    private final List<Group> groups = new ArrayList<>();

    public Fanout(Doorbell loop) {
        this.loop = loop;
    }

    /** Takes a connected player in. */
    public void add(Peer peer) {
        LiveStream stream = peer.player().stream();
        for (Group group : groups) {
            if (group.stream == stream) {
                group.add(peer);
                return;
            }
        }
        Group group = new Group(stream);
        group.add(peer);
        groups.add(group);
        stream.addReader(loop);
    }

    /** Idempotent. */
    public void remove(Peer peer) {
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            if (group.stream == peer.player().stream() && group.players.remove(peer)) {
                if (group.players.isEmpty()) {
                    group.stream.removeReader(loop);
                    groups.remove(i);
                }
                return;
            }
        }
    }

    /**
     * Sends every player what is new in its stream's logs.
     *
     * @return packets sent
     */
    public int run(long nowNs, PeerSink sink) {
        int sent = 0;
        // From the end, since a player that fails is removed under way, and with the last one its group.
        for (int i = groups.size() - 1; i >= 0; i--) {
            Group group = groups.get(i);
            if (group.hasNews()) {
                sent += group.run(nowNs, sink);
            }
        }
        if (sent > 0) {
            sink.counters().add(Counter.RTP_FORWARDED, sent);
        }
        return sent;
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

    /** The players of one stream. What all of them have read is kept once, so that a quiet stream costs three loads. */
    private static final class Group {
        private final LiveStream stream;
        private final List<Peer> players = new ArrayList<>();
        private Publication publication;
        private long audioRead;
        private long videoRead;
        private boolean behind;

        Group(LiveStream stream) {
            this.stream = stream;
        }

        void add(Peer peer) {
            players.add(peer);
            behind = true;
        }

        boolean hasNews() {
            Publication current = stream.publication();
            return current != null
                    && (behind
                            || current != publication
                            || position(current.audio()) != audioRead
                            || position(current.video()) != videoRead);
        }

        int run(long nowNs, PeerSink sink) {
            publication = stream.publication();
            // Taken before the players read: what comes in between is news for the next run.
            audioRead = position(publication.audio());
            videoRead = position(publication.video());
            int sent = 0;
            boolean left = false;
            for (int i = players.size() - 1; i >= 0; i--) {
                Peer peer = players.get(i);
                try {
                    sent += peer.player().run(publication, peer, nowNs, sink);
                    left |= peer.player().hasMore();
                } catch (RuntimeException e) {
                    sink.onFailure(peer, e);
                }
            }
            behind = left;
            return sent;
        }

        private static long position(PublishedTrack track) {
            return track == null ? 0 : track.log().position();
        }
    }
}
