package dev.sluice.engine.peer;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A stream by name: what is published on it now, and the loops that have players of it: those that take whole frames and
 * those that take each packet as it comes. Safe for many threads.
 */
public final class LiveStream {
    private static final Doorbell[] NONE = new Doorbell[0];

    private final String name;
    private volatile Doorbell[] frameReaders = NONE;
    private volatile Doorbell[] packetReaders = NONE;
    private volatile Publication publication;

    public LiveStream(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** The newest publication, which stays while its publisher is away; null before the first. */
    public Publication publication() {
        return publication;
    }

    /** From the next duty cycle on, players read this one. */
    public void publish(Publication next) {
        publication = next;
        ringReaders(null, true);
    }

    /**
     * New packets are in a log: wakes the other loops that have players, if they sleep. Once for a frame where all players
     * take whole frames, and never while the loop is awake.
     *
     * @param released whether it is more than a part of a frame
     */
    void ringReaders(Doorbell writer, boolean released) {
        // Between the log's new position and the look at who sleeps: who goes to sleep has the same fence.
        VarHandle.fullFence();
        ring(packetReaders, writer);
        if (released) {
            ring(frameReaders, writer);
        }
    }

    private static void ring(Doorbell[] readers, Doorbell writer) {
        for (Doorbell reader : readers) {
            if (reader != writer) {
                reader.ring();
            }
        }
    }

    /** Whether a loop has players of it. */
    boolean hasReaders() {
        return frameReaders.length + packetReaders.length > 0;
    }

    /** @param wholeFrames whether the loop's players wait for them */
    synchronized void addReader(Doorbell loop, boolean wholeFrames) {
        if (wholeFrames) {
            frameReaders = with(frameReaders, loop);
        } else {
            packetReaders = with(packetReaders, loop);
        }
    }

    synchronized void removeReader(Doorbell loop, boolean wholeFrames) {
        if (wholeFrames) {
            frameReaders = without(frameReaders, loop);
        } else {
            packetReaders = without(packetReaders, loop);
        }
    }

    private static Doorbell[] with(Doorbell[] readers, Doorbell loop) {
        Doorbell[] next = Arrays.copyOf(readers, readers.length + 1);
        next[readers.length] = loop;
        return next;
    }

    private static Doorbell[] without(Doorbell[] readers, Doorbell loop) {
        return Arrays.stream(readers).filter(reader -> reader != loop).toArray(Doorbell[]::new);
    }
}
