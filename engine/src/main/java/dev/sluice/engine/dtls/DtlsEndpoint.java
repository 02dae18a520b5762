package dev.sluice.engine.dtls;

import dev.sluice.engine.srtp.SrtpKeys;
import java.lang.foreign.MemorySegment;

/**
 * One peer's DTLS, always in the server's role. Confined to one media loop, its owner; what runs elsewhere calls the
 * {@code onProgress} given to {@link DtlsServer#open}.
 *
 * <pre>
 *           complete            its turn                Finished of both sides
 *   WAITING ─────────▶ QUEUED ───────────▶ HANDSHAKING ─────────────────────▶ CONNECTED
 *      ▲  ClientHello                         │   │ wrong certificate, bad       │ close_notify or fatal
 *      │           hello we cannot take       │   │ signature, 10 s passed       │ alert of the remote
 *      └──────────────────────────────────────┘   ▼                              ▼
 *                                              FAILED       any ──close()──▶ CLOSED
 * </pre>
 *
 * A refused hello sends nothing and costs no signature; its reason stays readable in {@link #failure}.
 */
public interface DtlsEndpoint {
    /** Where an endpoint stands; {@code FAILED} and {@code CLOSED} are final. */
    enum State {
        WAITING,
        /** A complete hello waits in the {@link HandshakeQueue}: no time of the remote's. */
        QUEUED,
        HANDSHAKING,
        CONNECTED,
        FAILED,
        CLOSED
    }

    /**
     * Takes one datagram of RFC 7983's DTLS range from an address that passed an ICE check; what is needed of it is copied.
     *
     * @return 0, or the code of the DropReason of the first record in it that was dropped
     */
    int onDatagram(MemorySegment segment, long offset, int lengthBytes, long nowNs);

    /**
     * Writes the next datagram for the remote; call until it gives 0.
     *
     * @return its length in bytes, or 0 when nothing waits or {@code roomBytes} is less than {@link
     *     DtlsServer#MAX_DATAGRAM_BYTES}
     */
    int pollOutbound(MemorySegment to, long offset, int roomBytes);

    State state();

    /** How long hellos have waited in the queue, {@link HandshakeQueue#MAX_WAIT_NS} at most: who counts time leaves it out. */
    long waitedNs(long nowNs);

    /** Why the endpoint failed or closed, or why the last hello was refused; null when there was nothing of that. */
    String failure();

    /** The SRTP keys, once, when connected; else null. The caller wipes them. */
    SrtpKeys takeKeys();

    /**
     * Ends it: when connected a close_notify waits in {@link #pollOutbound} afterwards. Keys not taken are wiped. Idempotent.
     */
    void close();
}
