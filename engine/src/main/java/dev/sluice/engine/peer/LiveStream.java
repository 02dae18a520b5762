package dev.sluice.engine.peer;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A stream by name: what is published on it now, and who reads it: players that take whole frames and those that take each
 * packet as it comes. Safe for many threads.
 */
public final class LiveStream {
    private static final NewsReader[] NONE = new NewsReader[0];

    private final String name;
    private volatile NewsReader[] frameReaders = NONE;
    private volatile NewsReader[] packetReaders = NONE;
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
        tellReaders(null, true);
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

    private static void tell(NewsReader[] readers, Doorbell writer) {
        for (NewsReader reader : readers) {
            reader.onNews(writer);
        }
    }

    /** Whether somebody reads it. */
    boolean hasReaders() {
        return frameReaders.length + packetReaders.length > 0;
    }

    /** @param wholeFrames whether it waits for them */
    synchronized void addReader(NewsReader reader, boolean wholeFrames) {
        if (wholeFrames) {
            frameReaders = with(frameReaders, reader);
        } else {
            packetReaders = with(packetReaders, reader);
        }
    }

    synchronized void removeReader(NewsReader reader, boolean wholeFrames) {
        if (wholeFrames) {
            frameReaders = without(frameReaders, reader);
        } else {
            packetReaders = without(packetReaders, reader);
        }
    }

    private static NewsReader[] with(NewsReader[] readers, NewsReader reader) {
        NewsReader[] next = Arrays.copyOf(readers, readers.length + 1);
        next[readers.length] = reader;
        return next;
    }

    private static NewsReader[] without(NewsReader[] readers, NewsReader reader) {
        return Arrays.stream(readers).filter(each -> each != reader).toArray(NewsReader[]::new);
    }
}
