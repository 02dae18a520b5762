package dev.sluice.benchmarks.network.relay;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * One direction of a way at work: takes datagrams in and gives them out when they are due, with chance from a seed and time from
 * arguments. First they may be lost, then they wait for their turn where a rate is set, then they travel. Safe for many threads.
 *
 * @param <T> what a datagram is to the caller
 */
public final class Link<T> {
    /** Internet and UDP headers, which a way carries, too. */
    private static final int HEADERS_BYTES = 28;

    private static final int MAX_JITTER_MEANS = 5;
    private static final double NS_PER_MS = 1e6;

    /** What became of all datagrams so far. */
    public record Counters(
            long offered, long delivered, long deliveredBytes, long lost, long overflowed, long duplicated) {}

    private record Waiting<T>(T datagram, int bytes, long arrivedNs) {}

    private record Travelling<T>(T datagram, int bytes, long dueNs, long order) implements Comparable<Travelling<T>> {
        @Override
        public int compareTo(Travelling<T> other) {
            int byTime = Long.compare(dueNs, other.dueNs);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }

    private final Way way;
    private final SplittableRandom random;
    private final double burstStart;
    private final ArrayDeque<Waiting<T>> queue = new ArrayDeque<>();
    private final PriorityQueue<Travelling<T>> travelling = new PriorityQueue<>();
    private long queuedBytes;
    private int burstLeft;
    private boolean hasCarried;
    private long freeNs;
    private boolean hasOrder;
    private long lastDueNs;
    private long order;
    private long beganNs;
    private boolean hasBegun;
    private long offered;
    private long delivered;
    private long deliveredBytes;
    private long lost;
    private long overflowed;
    private long duplicated;

    public Link(Way way, long seed) {
        this.way = way;
        random = new SplittableRandom(seed);
        // The share of lost ones is burst / (mean run between bursts + burst).
        burstStart = way.loss() == 0 ? 0 : 1 / (way.burst() / way.loss() - way.burst() + 1);
    }

    /** From now on the way's rates count; before, the first one holds. */
    public synchronized void begin(long nowNs) {
        beganNs = nowNs;
        hasBegun = true;
    }

    /** Takes a datagram in, or loses it. */
    public synchronized void offer(T datagram, int lengthBytes, long nowNs) {
        advance(nowNs);
        offered++;
        if (isLost()) {
            lost++;
            return;
        }
        enter(datagram, lengthBytes + HEADERS_BYTES, nowNs);
        if (way.duplicated() > 0 && random.nextDouble() < way.duplicated()) {
            duplicated++;
            enter(datagram, lengthBytes + HEADERS_BYTES, nowNs);
        }
    }

    private boolean isLost() {
        if (burstLeft > 0) {
            burstLeft--;
            return true;
        }
        if (burstStart > 0 && random.nextDouble() < burstStart) {
            burstLeft = way.burst() - 1;
            return true;
        }
        return false;
    }

    private void enter(T datagram, int bytes, long nowNs) {
        if (way.rates().isEmpty()) {
            travel(datagram, bytes, nowNs);
        } else if (queueNs(nowNs) > way.queueMs() * NS_PER_MS) {
            overflowed++;
        } else {
            queue.add(new Waiting<>(datagram, bytes, nowNs));
            queuedBytes += bytes;
            advance(nowNs);
        }
    }

    /** Moves on what the way has carried by now. */
    private void advance(long nowNs) {
        for (Waiting<T> head = queue.peek(); head != null; head = queue.peek()) {
            long endNs = endNs(head);
            if (endNs - nowNs > 0) {
                return;
            }
            queue.remove();
            queuedBytes -= head.bytes();
            freeNs = endNs;
            hasCarried = true;
            travel(head.datagram(), head.bytes(), endNs);
        }
    }

    private long endNs(Waiting<T> head) {
        long startNs = !hasCarried || head.arrivedNs() - freeNs > 0 ? head.arrivedNs() : freeNs;
        return startNs + durationNs(head.bytes(), startNs);
    }

    private long durationNs(long bytes, long nowNs) {
        return bytes * 8 * 1_000_000 / kbps(nowNs);
    }

    private int kbps(long nowNs) {
        return way.kbps(hasBegun ? (nowNs - beganNs) / 1_000_000 : 0);
    }

    private void travel(T datagram, int bytes, long fromNs) {
        double ms = way.delayMs();
        if (way.jitterMs() > 0) {
            ms += way.jitterMs() * Math.min(MAX_JITTER_MEANS, -Math.log(1 - random.nextDouble()));
        }
        long dueNs = fromNs + (long) (ms * NS_PER_MS);
        if (way.reordered() > 0 && random.nextDouble() < way.reordered()) {
            dueNs += (long) (way.reorderMs() * NS_PER_MS);
        } else {
            if (hasOrder && lastDueNs - dueNs > 0) {
                dueNs = lastDueNs;
            }
            lastDueNs = dueNs;
            hasOrder = true;
        }
        travelling.add(new Travelling<>(datagram, bytes, dueNs, order++));
    }

    /** The next one that is due; null when none is. */
    public synchronized T poll(long nowNs) {
        advance(nowNs);
        Travelling<T> next = travelling.peek();
        if (next == null || next.dueNs() - nowNs > 0) {
            return null;
        }
        travelling.remove();
        delivered++;
        deliveredBytes += next.bytes();
        return next.datagram();
    }

    /** When to poll again at the latest; {@link Long#MAX_VALUE} when it is empty. */
    public synchronized long deadlineNs() {
        Travelling<T> next = travelling.peek();
        Waiting<T> head = queue.peek();
        long dueNs = next == null ? Long.MAX_VALUE : next.dueNs();
        return head == null ? dueNs : Math.min(dueNs, endNs(head));
    }

    /** How long what waits now will take. */
    public synchronized long queueNs(long nowNs) {
        return way.rates().isEmpty() ? 0 : durationNs(queuedBytes, nowNs);
    }

    public synchronized Counters counters() {
        return new Counters(offered, delivered, deliveredBytes, lost, overflowed, duplicated);
    }

    public Way way() {
        return way;
    }
}
