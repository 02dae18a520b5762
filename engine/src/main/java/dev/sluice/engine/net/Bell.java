package dev.sluice.engine.net;

import java.lang.invoke.VarHandle;

/**
 * Wakes a loop that sleeps, with one system call however many ring, and with none while it is awake. The loop alone falls
 * asleep and wakes up, anyone may ring.
 */
final class Bell {
    private final Runnable wakeup;
    /** The number of the present sleep; 0 while awake. */
    private volatile long sleep;
    /** The last sleep that somebody ended, as far as known. */
    private volatile long rungFor;

    private long sleeps;

    /** @param wakeup the system call */
    Bell(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    /** The loop is going to sleep. What was there before somebody rang is seen after this; who rings after it ends the sleep. */
    void fallAsleep() {
        sleep = ++sleeps;
        VarHandle.fullFence();
    }

    /** The loop is awake. */
    void wakeUp() {
        sleep = 0;
    }

    /** To be called after what the loop is to find. */
    void ring() {
        // One system call for many rings. The number is told after it: a ringer that told before and stood still would
        // silence
        // the others, one that stands still after costs a call more.
        long present = sleep;
        if (present != 0 && rungFor != present) {
            wakeup.run();
            rungFor = present;
        }
    }
}
