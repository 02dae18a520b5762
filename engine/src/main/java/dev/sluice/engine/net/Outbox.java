package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import java.lang.foreign.Arena;

/**
 * A loop's egress batch and what happens when the socket takes no more: the rest waits, players are not served meanwhile
 * (their packets stay in the logs), small answers are added until the batch is full and then dropped. A socket that makes
 * no progress is given up, and the others go on. Confined to one media loop.
 */
final class Outbox {
    /**
     * A socket that takes nothing for so long is given up, as all players of the loop wait with it. A device that works, be it
     * of 1 Mb/s, frees a packet's room in 10 ms; a player's jitter buffer hides what is twice that.
     */
    static final long STUCK_NS = 20_000_000L;

    /**
     * So much waits at most before another player's run: it is still in the L2 cache when the kernel copies it. 160 KiB took
     * 2.5 % less time for each packet than 800, 40 KiB 1 % more than 160.
     */
    private static final long RUNS_BYTES = 160 << 10;

    /** Datagrams that one caller of {@link #batch} may ask for. */
    private static final int OVERFLOW = 8;

    private final DatagramPort port;
    private final LoopCounters counters;
    private final EgressBatch batch;
    /** Takes what has no place; nobody sends it. */
    private final EgressBatch overflow;

    private boolean blocked;
    private long progressNs;

    Outbox(DatagramPort port, LoopCounters counters, Arena arena) {
        this.port = port;
        this.counters = counters;
        this.batch = new EgressBatch(arena);
        this.overflow = new EgressBatch(arena, OVERFLOW, (long) OVERFLOW * EgressBatch.MAX_DATAGRAM_BYTES);
    }

    /** Where this many datagrams of the largest size may be written. */
    EgressBatch batch(int datagrams, long nowNs) {
        if (hasRoom(datagrams, nowNs)) {
            return batch;
        }
        dropOverflow();
        return overflow;
    }

    /** Whether so much waits that it is to be sent before another player's run. */
    boolean isRunDue() {
        return !blocked && batch.lengthBytes() >= RUNS_BYTES;
    }

    /** Where media may be written, with room for a datagram; null while something waits for the socket. */
    EgressBatch mediaBatch(long nowNs) {
        return !blocked && hasRoom(1, nowNs) ? batch : null;
    }

    /** Whether something waits for the socket. */
    boolean isBlocked() {
        return blocked;
    }

    private boolean hasRoom(int datagrams, long nowNs) {
        if (batch.hasRoom(datagrams)) {
            return true;
        }
        if (!blocked) {
            flush(nowNs);
        }
        return batch.hasRoom(datagrams);
    }

    /** Sends what the socket takes. */
    void flush(long nowNs) {
        dropOverflow();
        if (batch.isEmpty()) {
            return;
        }
        int before = batch.head();
        port.send(batch, counters);
        if (blocked && batch.head() == before && nowNs - progressNs >= STUCK_NS) {
            port.giveUp(batch.destination(before).localIndex());
            port.send(batch, counters);
        }
        if (batch.isSent()) {
            clear();
        } else if (!blocked) {
            blocked = true;
            progressNs = nowNs;
            counters.increment(Counter.SEND_WAITS);
        } else if (batch.head() != before) {
            progressNs = nowNs;
        }
    }

    /** Forgets all that waits. */
    void clear() {
        batch.clear();
        blocked = false;
    }

    private void dropOverflow() {
        if (!overflow.isEmpty()) {
            counters.drop(DropReason.EGRESS_FULL, overflow.size());
            overflow.clear();
        }
    }
}
