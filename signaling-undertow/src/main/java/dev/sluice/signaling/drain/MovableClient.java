package dev.sluice.signaling.drain;

import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.config.OtherServer;

/** A client that can be asked to go to another server. Called while a drain holds its lock: returns at once. */
public interface MovableClient {

    String stream();

    boolean isPublisher();

    Caller caller();

    /**
     * A client with media here goes when it has media there. One without goes now.
     *
     * @param to null when there is no other server for it
     */
    void onMove(OtherServer to);

    /** What it was asked is taken back. */
    void onStay();
}
