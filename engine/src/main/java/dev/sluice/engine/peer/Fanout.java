package dev.sluice.engine.peer;

import dev.sluice.engine.metrics.Counter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * The connected players of one loop, by stream, and the run that brings them what is new: player-first, so that each
 * player's packets stand together in the batch and can leave as one message. Confined to one media loop.
 */
public final class Fanout {
    /** Packets of one run over all streams, before the socket is read again. */
    public static final int RUN_PACKETS = 4 * PlayerGroup.VISIT_PACKETS;

    /** Longer than any player waits for room. */
    private static final long MAX_PAUSE_NS = 3_600_000_000_000L;

    private final Doorbell loop;
    private final Map<LiveStream, List<PlayerGroup>> groups = new IdentityHashMap<>();
    private final News news = new News();
    /** Groups that may have something to send, in the order of their turns; each once. */
    private final Queue<PlayerGroup> due = new ArrayDeque<>();
    /** Groups with a player that waits for room on its way; none of them has room before this time. */
    private final List<PlayerGroup> paced = new ArrayList<>();

    private long pacedUntilNs;

    private final Newcomers newcomers = new Newcomers();
    private final List<Peer> arrived = new ArrayList<>();

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
        PlayerGroup group = groupOf(stream, wholeFrames, slot);
        if (group == null) {
            group = new PlayerGroup(stream, wholeFrames, slot, loop, news);
            groups.computeIfAbsent(stream, s -> new ArrayList<>()).add(group);
            stream.addReader(group, wholeFrames);
        }
        group.add(peer);
        enlist(group);
    }

    /** The player is sent another layer than its group is about. */
    public void move(Peer peer, long nowNs) {
        remove(peer);
        add(peer, nowNs);
    }

    /** Gives it a turn, unless it has one already. */
    void enlist(PlayerGroup group) {
        if (!group.enlisted) {
            group.enlisted = true;
            due.add(group);
        }
    }

    private PlayerGroup groupOf(LiveStream stream, boolean wholeFrames, int slot) {
        for (PlayerGroup group : groups.getOrDefault(stream, List.of())) {
            if (group.is(wholeFrames, slot)) {
                return group;
            }
        }
        return null;
    }

    /** Idempotent. */
    public void remove(Peer peer) {
        arrived.remove(peer);
        if (newcomers.remove(peer)) {
            return;
        }
        LiveStream stream = peer.player().stream();
        List<PlayerGroup> ofStream = groups.getOrDefault(stream, List.of());
        for (PlayerGroup group : ofStream) {
            if (group.remove(peer)) {
                if (group.isEmpty()) {
                    stream.removeReader(group, group.wholeFrames());
                    ofStream.remove(group);
                    paced.remove(group);
                }
                break;
            }
        }
        if (ofStream.isEmpty()) {
            groups.remove(stream);
        }
    }

    /**
     * Sends every player what is new in its stream's logs; of a stream with much to send a part, the rest with the next run.
     *
     * @return packets sent
     */
    public int run(long nowNs, PeerSink sink) {
        if (news.takePublished()) {
            groups.values().forEach(ofStream -> ofStream.forEach(this::enlist));
        }
        news.take(this);
        wakePaced(nowNs);
        int sent = 0;
        for (int left = due.size(); left > 0 && sent < RUN_PACKETS; left--) {
            PlayerGroup group = due.remove();
            group.enlisted = false;
            try {
                if (group.hasNews()) {
                    sent += group.run(nowNs, sink);
                    move(group, nowNs);
                }
            } finally {
                afterTurn(group, nowNs);
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

    private void wakePaced(long nowNs) {
        if (pacedLeftNs(nowNs) > 0) {
            return;
        }
        for (int i = paced.size() - 1; i >= 0; i--) {
            PlayerGroup group = paced.get(i);
            if (group.pacedLeftNs(nowNs) <= 0) {
                paced.remove(i);
                group.waits = false;
                group.wake();
                enlist(group);
            }
        }
        pacedUntilNs = nowNs + MAX_PAUSE_NS;
        for (int i = 0; i < paced.size(); i++) {
            untilPaced(paced.get(i), nowNs);
        }
    }

    private void untilPaced(PlayerGroup group, long nowNs) {
        pacedUntilNs = nowNs + Math.min(pacedUntilNs - nowNs, group.pacedLeftNs(nowNs));
    }

    /** What is left has another turn, at once or when there is room; who left meanwhile leaves nothing. */
    private void afterTurn(PlayerGroup group, long nowNs) {
        if (group.hasNews()) {
            enlist(group);
        }
        if (group.isPaced() && !group.isEmpty()) {
            if (paced.isEmpty()) {
                pacedUntilNs = nowNs + MAX_PAUSE_NS;
            }
            if (!group.waits) {
                group.waits = true;
                paced.add(group);
            }
            untilPaced(group, nowNs);
        }
    }

    /**
     * Players whose way has become narrow or wide, or who get another layer, go over to the group of their like, those that
     * catch up to the newcomers.
     */
    private void move(PlayerGroup group, long nowNs) {
        for (int i = group.misplaced.size() - 1; i >= 0; i--) {
            move(group.misplaced.remove(i), nowNs);
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
            boolean wholeFrames = player.takesWholeFrames(nowNs);
            int slot = player.slot();
            int sent = player.run(current, wholeFrames, peer, runNs, sink);
            sink.counters().add(Counter.RTP_FORWARDED, sent);
            PlayerGroup group = groupOf(player.stream(), wholeFrames, slot);
            if (player.slot() != slot) {
                move(peer, runNs);
            } else if (player.hasMore() && group != null) {
                group.onLeft(player.resumeNs(runNs), runNs);
                afterTurn(group, runNs);
            }
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

    /** Whether a run may find something; asked once more before the loop sleeps. */
    public boolean hasWork() {
        return !due.isEmpty() || !news.isEmpty();
    }

    /** Until a player on a narrow way may be sent more of what it was not sent yet; {@link Long#MAX_VALUE} for none. */
    public long pacedLeftNs(long nowNs) {
        return paced.isEmpty() ? Long.MAX_VALUE : Math.max(0, pacedUntilNs - nowNs);
    }
}
