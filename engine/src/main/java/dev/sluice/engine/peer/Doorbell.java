package dev.sluice.engine.peer;

/** Wakes a loop that sleeps. Safe for many threads. */
public interface Doorbell {

    /** Makes the loop run a duty cycle soon; costs one volatile read while it is awake. */
    void ring();

    /** As {@link #ring}: a player waits for a key frame of one of the loop's publishers. */
    void ringForKeyFrame();
}
