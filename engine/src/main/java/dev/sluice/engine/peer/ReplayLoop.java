package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import dev.sluice.engine.record.EventKind;
import dev.sluice.engine.record.RecordedEvent;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/** A loop that answers as the recorded one did. Confined to one thread. */
final class ReplayLoop implements PeerSink {
    private final EgressBatch egress = new EgressBatch(Arena.ofAuto());
    private final LoopCounters counters = new LoopCounters();
    private final Map<EventKind, Queue<RecordedEvent>> answers = new EnumMap<>(EventKind.class);
    private final BooleanSupplier publishMore;
    private int requestsForRoom;

    /** @param publishMore brings about what came next from the publisher; false when there is no more */
    ReplayLoop(BooleanSupplier publishMore) {
        this.publishMore = publishMore;
    }

    /** What was answered within the input that comes next. */
    void expect(List<RecordedEvent> recorded) {
        answers.clear();
        for (RecordedEvent answer : recorded) {
            answers.computeIfAbsent(answer.kind(), kind -> new ArrayDeque<>()).add(answer);
        }
        requestsForRoom = 0;
        egress.clear();
    }

    /** Another value when less was asked then. */
    private long next(EventKind kind, long otherwise) {
        Queue<RecordedEvent> queue = answers.get(kind);
        return queue == null || queue.isEmpty() ? otherwise : queue.remove().value(0);
    }

    @Override
    public EgressBatch egress(int datagrams) {
        if (!egress.hasRoom(datagrams)) {
            egress.clear();
        }
        return egress;
    }

    @Override
    public EgressBatch mediaEgress() {
        Queue<RecordedEvent> full = answers.get(EventKind.NO_ROOM);
        boolean isFull = full != null && !full.isEmpty() && full.peek().value(0) == requestsForRoom;
        requestsForRoom++;
        if (isFull) {
            full.remove();
            return null;
        }
        return egress(1);
    }

    /** The player's loop may have been ahead of what it said the time was, and the publisher's too. */
    @Override
    public long readTo(PublishedTrack track, boolean wholeFrames) {
        long recorded = next(EventKind.READ_TO, -1);
        long position = PeerSink.super.readTo(track, wholeFrames);
        while (position < recorded && publishMore.getAsBoolean()) {
            position = PeerSink.super.readTo(track, wholeFrames);
        }
        return recorded < 0 ? position : Math.min(recorded, position);
    }

    @Override
    public boolean takes(RemoteAddress to) {
        return next(EventKind.TAKES, 1) != 0;
    }

    @Override
    public long lateNs() {
        return next(EventKind.LATE, 0);
    }

    @Override
    public long startRun(long nowNs) {
        return nowNs;
    }

    @Override
    public LoopCounters counters() {
        return counters;
    }

    @Override
    public void drop(DropReason reason) {}

    @Override
    public void onAddress(Peer peer, RemoteAddress address) {}

    @Override
    public void onAddressGone(Peer peer, RemoteAddress address) {}

    @Override
    public void onUfrag(Peer peer, long key) {}

    @Override
    public void onUfragGone(long key) {}

    @Override
    public void onConnected(Peer peer) {}

    @Override
    public void onSilence(Peer peer, boolean silent) {}

    @Override
    public void onRepublished(Peer peer) {}

    @Override
    public void onFailure(Peer peer, RuntimeException error) {
        throw error;
    }

    @Override
    public void onEnded(Peer peer, PeerEnd end) {}
}
