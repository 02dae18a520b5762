package dev.sluice.engine.peer;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The groups of one loop whose streams have something new, so that a loop with a thousand streams looks at those alone. A
 * stack that is linked through the groups: adding allocates nothing and waits for nobody. Safe for many threads, {@link
 * #take} for the loop's alone.
 */
final class News {
    private final AtomicReference<PlayerGroup> newest = new AtomicReference<>();
    private volatile boolean published;

    /** A group that is not in here. */
    void add(PlayerGroup group) {
        PlayerGroup before;
        do {
            before = newest.get();
            group.toldBefore = before;
        } while (!newest.compareAndSet(before, group));
    }

    /** One of the streams has another publication. */
    void onPublished() {
        published = true;
    }

    /** Whether that was so since the last time: all groups are to be looked at. */
    boolean takePublished() {
        boolean result = published;
        if (result) {
            published = false;
        }
        return result;
    }

    boolean isEmpty() {
        return newest.get() == null && !published;
    }

    /** Gives each of them a turn, the one that came first at first, and empties it. */
    void take(Fanout fanout) {
        if (newest.get() == null) {
            return;
        }
        PlayerGroup last = newest.getAndSet(null);
        PlayerGroup first = null;
        while (last != null) {
            PlayerGroup before = last.toldBefore;
            last.toldBefore = first;
            first = last;
            last = before;
        }
        while (first != null) {
            PlayerGroup next = first.toldBefore;
            first.toldBefore = null;
            first.onTold();
            fanout.enlist(first);
            first = next;
        }
        // Between what is told again from here on and the look into the logs: their writers have the same fence.
        VarHandle.fullFence();
    }
}
