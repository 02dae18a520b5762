package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.metrics.LoopCounters;

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
    int receive(IngressBatch batch, LoopCounters counters);

    /**
     * Sends the batch from its head on, each datagram from the local address its destination names, and moves the head. What
     * the kernel refuses is dropped and counted. When a socket is full it stops: the head stays before the end, and
     * {@link #await} ends as soon as that socket takes something again.
     */
    void send(EgressBatch batch, LoopCounters counters);

    /**
     * Waits no more for the socket of this local address: from now on each {@link #send} tries it once and, when it is full,
     * drops and counts what is for it; the others' datagrams go on. The first datagram it takes ends that.
     */
    void giveUp(int local);

    /** The TCP connections beside this port, whose datagrams {@link #receive} and {@link #send} take too. */
    default TcpConnections tcp() {
        throw new UnsupportedOperationException("no TCP on this port");
    }

    /** Sleeps until a datagram arrives, a full socket has room, {@link #wakeup} is called or the time is over. */
    void await(long timeoutNs);

    /** Ends the present {@link #await}, or the next if no {@link #receive} comes before it. Safe for many threads. */
    void wakeup();

    @Override
    void close();
}
