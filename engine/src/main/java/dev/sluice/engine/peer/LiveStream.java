package dev.sluice.engine.peer;

import java.util.Arrays;

/** A stream by name: what is published on it now, and the loops that have players of it. Safe for many threads. */
public final class LiveStream {
    private static final Doorbell[] NONE = new Doorbell[0];

    private final String name;
    private volatile Doorbell[] readers = NONE;
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
        ringReaders(null);
    }

    /** New packets are in a log: wakes the other loops that have players, if they sleep. */
    public void ringReaders(Doorbell writer) {
        for (Doorbell reader : readers) {
            if (reader != writer) {
                reader.ring();
            }
        }
    }

    synchronized void addReader(Doorbell loop) {
        Doorbell[] next = Arrays.copyOf(readers, readers.length + 1);
        next[readers.length] = loop;
        readers = next;
    }

    synchronized void removeReader(Doorbell loop) {
        readers = Arrays.stream(readers).filter(reader -> reader != loop).toArray(Doorbell[]::new);
    }
}
