package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;

/** A server that can be started for a load, as often as wanted. Implementations are confined to the main thread. */
public interface Contender {
    String name();

    /** What a reader must know of it; may be empty. */
    String notes();

    /** What it encrypts with, where its mapped libraries do not tell; empty when they do. */
    default String srtp() {
        return "";
    }

    /** What is missing on this machine, in one line; empty when nothing is. */
    String missing();

    /** Once before its first start: builds it, for example. */
    default void prepare() throws IOException, InterruptedException {}

    /**
     * Starts it and waits until it serves.
     *
     * @param cpu its cores, as taskset takes them
     * @param folder its own, empty, for configuration and output
     */
    RunningServer start(String cpu, Path folder) throws IOException, InterruptedException;
}
