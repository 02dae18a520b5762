package dev.sluice.engine.peer;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A stream by name: what is published on it now, and who reads it: players that take whole frames and those that take each
 * packet as it comes. Safe for many threads.
 */
public final class LiveStream {
    private static final PlayerGroup[] NONE = new PlayerGroup[0];

    private final String name;
    private volatile PlayerGroup[] frameReaders = NONE;
    private volatile PlayerGroup[] packetReaders = NONE;
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
        for (PlayerGroup reader : packetReaders) {
            reader.onPublished();
        }
        for (PlayerGroup reader : frameReaders) {
            reader.onPublished();
        }
    }

    /**
     * New packets are in a log: tells the readers, and wakes the other loops that have some, if they sleep. Once for a frame
     * where all players take whole frames.
     *
     * @param released whether it is more than a part of a frame
     */
    void tellReaders(Doorbell writer, boolean released) {
        // Between the log's new position and the look at who was told already: who looks into the log has the same
        // fence.
        VarHandle.fullFence();
        tell(packetReaders, writer);
        if (released) {
            tell(frameReaders, writer);
        }
    }

    private static void tell(PlayerGroup[] readers, Doorbell writer) {
        for (PlayerGroup reader : readers) {
            reader.onNews(writer);
        }
    }

    /** @param wholeFrames whether it waits for them */
    synchronized void addReader(PlayerGroup reader, boolean wholeFrames) {
        if (wholeFrames) {
            frameReaders = with(frameReaders, reader);
        } else {
            packetReaders = with(packetReaders, reader);
        }
    }

    synchronized void removeReader(PlayerGroup reader, boolean wholeFrames) {
        if (wholeFrames) {
            frameReaders = without(frameReaders, reader);
        } else {
            packetReaders = without(packetReaders, reader);
        }
    }

    private static PlayerGroup[] with(PlayerGroup[] readers, PlayerGroup reader) {
        PlayerGroup[] next = Arrays.copyOf(readers, readers.length + 1);
        next[readers.length] = reader;
        return next;
    }

    private static PlayerGroup[] without(PlayerGroup[] readers, PlayerGroup reader) {
        return Arrays.stream(readers).filter(each -> each != reader).toArray(PlayerGroup[]::new);
    }
}
