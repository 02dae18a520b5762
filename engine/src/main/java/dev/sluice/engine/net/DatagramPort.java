package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;

/**
 * One UDP port on each of the local addresses, and the sleep of the loop that owns it. Confined to one media loop,
 * {@link #wakeup} excepted.
 */
interface DatagramPort extends AutoCloseable {

    /** The UDP port, the same on every local address. */
    int port();

    /**
     * Takes what has arrived, without waiting, until the batch is full.
     *
     * @return datagrams added
     */
    int receive(IngressBatch batch);

    /**
     * Sends every datagram of the batch from the local address its destination names. What the kernel refuses is
     * dropped; the batch is not cleared.
     *
     * @return datagrams that the kernel refused
     */
    int send(EgressBatch batch);

    /** Sleeps until a datagram arrives, {@link #wakeup} is called or the time is over. */
    void await(long timeoutNs);

    /** Ends the present or the next {@link #await}. Safe for many threads. */
    void wakeup();

    @Override
    void close();
}
