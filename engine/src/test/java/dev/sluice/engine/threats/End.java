package dev.sluice.engine.threats;

/** A client's end of its way to the engine, over UDP or TCP. */
interface End extends AutoCloseable {
    /** Of this end. */
    int port();

    void send(byte[] datagram);

    /** The next datagram, or null when none came within that time. */
    byte[] receive(int timeoutMillis);

    @Override
    void close();
}
