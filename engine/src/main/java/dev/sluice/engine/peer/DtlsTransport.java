package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.dtls.DtlsEndpoint;
import dev.sluice.engine.dtls.Fingerprint;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.srtp.SrtpKeys;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A peer's DTLS, from the remote's first flight, which may come before its SDP, to the keys; and how long the way took for it.
 * Confined to one media loop.
 */
final class DtlsTransport {
    private static final long NOT_SENT = Long.MIN_VALUE;
    /** A ClientHello is two datagrams in browsers; GStreamer's is five. */
    private static final int EARLY_DATAGRAMS = 16;

    private final DtlsOpener opener;
    private final Runnable onProgress;
    private final AtomicBoolean progress = new AtomicBoolean();
    private List<Fingerprint> remoteFingerprints;
    /** What came before the remote's answer: its fingerprint is not known yet. */
    private Queue<byte[]> early;
    /** Null before the remote is known and something of it came. */
    private DtlsEndpoint endpoint;

    private RemoteAddress from;
    /** When the handshake's last output went out, that no input has followed yet. */
    private long sentNs = NOT_SENT;

    private long roundTripNs = -1;

    /** @param onProgress run on a handshake's thread: {@link #takeProgress} is due; not again before that */
    DtlsTransport(DtlsOpener opener, Runnable onProgress) {
        this.opener = opener;
        this.onProgress = onProgress;
    }

    /** The remote's SDP is here: its certificate must have one of these fingerprints. */
    void onRemote(List<Fingerprint> fingerprints, long nowNs, PeerSink sink) {
        remoteFingerprints = fingerprints;
        if (early != null) {
            open();
            for (byte[] datagram : early) {
                int result = endpoint.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length, nowNs);
                if (result < 0) {
                    sink.drop(DropReason.ofCode(result));
                }
            }
            early = null;
        }
    }

    private void open() {
        endpoint = opener.open(remoteFingerprints, () -> {
            if (progress.compareAndSet(false, true)) {
                onProgress.run();
            }
        });
    }

    /** One datagram from a valid pair's address. Returns 0 or a {@link DropReason} code. */
    int onDatagram(MemorySegment in, long offset, int lengthBytes, RemoteAddress address, long nowNs) {
        from = address;
        if (sentNs != NOT_SENT) {
            roundTripNs = nowNs - sentNs;
            sentNs = NOT_SENT;
        }
        if (endpoint == null) {
            if (remoteFingerprints == null) {
                return keepEarly(in, offset, lengthBytes);
            }
            open();
        }
        return endpoint.onDatagram(in, offset, lengthBytes, nowNs);
    }

    private int keepEarly(MemorySegment in, long offset, int lengthBytes) {
        if (early == null) {
            early = new ArrayDeque<>();
        }
        if (early.size() == EARLY_DATAGRAMS || lengthBytes > EgressBatch.MAX_DATAGRAM_BYTES) {
            return DropReason.DTLS_QUEUE_FULL.code();
        }
        early.add(in.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
        return 0;
    }

    /** Output or a change of state is going to be looked at. */
    void takeProgress() {
        progress.set(false);
    }

    DtlsEndpoint.State state() {
        return endpoint == null ? DtlsEndpoint.State.WAITING : endpoint.state();
    }

    /** Sends what waits; nothing while there is no address. */
    void send(RemoteAddress to, long nowNs, PeerSink sink) {
        while (endpoint != null && to != null) {
            EgressBatch egress = sink.egress(1);
            long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
            int length = endpoint.pollOutbound(egress.segment(), at, EgressBatch.MAX_DATAGRAM_BYTES);
            if (length == 0) {
                return;
            }
            egress.commit(length, to);
            sentNs = nowNs;
        }
    }

    /** Once, when connected. */
    SrtpKeys takeKeys() {
        return endpoint.takeKeys();
    }

    /** As the handshake showed it, negative when unknown. */
    long roundTripNs() {
        return roundTripNs;
    }

    /** Where the last datagram came from; null before the first. */
    RemoteAddress from() {
        return from;
    }

    /** {@link DtlsEndpoint#waitedNs}. */
    long waitedNs(long nowNs) {
        return endpoint == null ? 0 : endpoint.waitedNs(nowNs);
    }

    /** Why the handshake failed or could not begin; null when nothing is known. */
    String failure() {
        return endpoint == null ? null : endpoint.failure();
    }

    /** When connected a close_notify waits to be sent afterwards. Idempotent. */
    void close() {
        early = null;
        if (endpoint != null) {
            endpoint.close();
        }
    }

    /** Goes on without a handshake, in a replay. */
    void resume(RemoteAddress address) {
        from = address;
    }
}
