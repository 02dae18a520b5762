package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.dtls.Fingerprint;
import dev.sluice.engine.ice.IceAgent;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopEvents;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.srtp.SrtpSession;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/**
 * One remote on one BUNDLE transport: ICE-lite, DTLS, SRTP, and behind them a publisher or a player. Confined to one
 * media loop, {@link #requestClose} and the plain accessors excepted.
 *
 * <pre>
 * first byte (RFC 7983)   0..3 STUN → IceAgent   20..63 DTLS → DtlsTransport   128..191 SRTP → Publisher | Player
 * </pre>
 */
public final class Peer {

    /** No key of a user name fragment is negative. */
    public static final long NO_UFRAG = -1;

    private final String id;
    private final IceAgent ice;
    private final DtlsTransport dtls;
    private final SrtpProvider srtpProvider;
    private final Publisher publisher;
    private final Player player;
    private final PeerStats stats;
    private final SetUpTime setUp;

    private SrtpSession srtp;
    private volatile SrtpProfile srtpProfile;
    private boolean ended;
    /** Null while nobody records the peer. */
    private PacketTap tap;

    private long previousUfragKey = NO_UFRAG;
    private volatile boolean closeRequested;

    /**
     * @param id of the session, for logs
     * @param local our ICE credentials
     * @param onDtlsProgress takes this peer, on a handshake's thread: {@link #onDtlsProgress} is due. Not again before that
     *     was called.
     * @param publisher null for a player
     * @param player null for a publisher
     */
    public Peer(
            String id,
            IceCredentials local,
            DtlsOpener dtlsOpener,
            SrtpProvider srtpProvider,
            Consumer<Peer> onDtlsProgress,
            Publisher publisher,
            Player player,
            long nowNs) {
        this.id = id;
        this.ice = new IceAgent(local, nowNs);
        this.dtls = new DtlsTransport(dtlsOpener, () -> onDtlsProgress.accept(this));
        this.srtpProvider = srtpProvider;
        this.publisher = publisher;
        this.player = player;
        this.setUp = new SetUpTime(nowNs);
        this.stats = new PeerStats(nowNs);
    }

    public String id() {
        return id;
    }

    public IceAgent ice() {
        return ice;
    }

    /** Null for a player. */
    public Publisher publisher() {
        return publisher;
    }

    /** Null for a publisher. */
    public Player player() {
        return player;
    }

    /** Safe for many threads that read. */
    public PeerStats stats() {
        return stats;
    }

    /** RTP comes or goes. */
    void onMedia(LiveStream stream, long nowNs) {
        if (stats.onMedia(nowNs)) {
            LoopEvents.joined(id, stream.name(), publisher != null, stats.get(PeerStats.Value.FIRST_MEDIA_NS));
        }
    }

    /** In use since the handshake, null before. Safe for many threads. */
    public SrtpProfile srtpProfile() {
        return srtpProfile;
    }

    public boolean isConnected() {
        return srtp != null;
    }

    /** Why the handshake failed or could not begin; empty when nothing is known. After the end, from any thread. */
    public String dtlsFailure() {
        String failure = dtls.failure();
        return failure == null ? "" : failure;
    }

    /** ICE restart (RFC 8445 section 9): new credentials, same DTLS and media. */
    public void restartIce(IceCredentials next, long nowNs, PeerSink sink) {
        long before = ice.local().key();
        IceCredentials dead = ice.restart(next, nowNs);
        if (dead == null) {
            previousUfragKey = before;
        } else {
            sink.onUfragGone(dead.key());
        }
        sink.onUfrag(this, next.key());
    }

    /** Of the generation before a restart that the remote has not followed yet, or {@link #NO_UFRAG}. */
    public long previousUfragKey() {
        return previousUfragKey;
    }

    /** Asks the loop to end this peer at its next look at the clock. Idempotent. Safe for many threads. */
    public void requestClose() {
        closeRequested = true;
    }

    /** The remote's SDP is here: DTLS may begin, with a certificate of one of these fingerprints. */
    public void onRemote(List<Fingerprint> fingerprints, long nowNs, PeerSink sink) {
        setUp.onRemote(nowNs);
        dtls.onRemote(fingerprints, nowNs, sink);
    }

    /**
     * One datagram from an address that is this peer's, or a STUN request with this peer's user name.
     *
     * @return 0, or the code of a {@link DropReason}
     */
    public int onDatagram(
            MemorySegment in,
            long offset,
            int lengthBytes,
            long high,
            long low,
            int port,
            int localIndex,
            long nowNs,
            PeerSink sink) {
        if (ended) {
            return DropReason.UNKNOWN_SOURCE.code();
        }
        int first = Bytes.u8(in, offset);
        if (first >= 128 && first < 192) {
            return onSrtp(in, offset, lengthBytes, nowNs, sink);
        }
        if (first < 4) {
            return onStun(in, offset, lengthBytes, high, low, port, localIndex, nowNs, sink);
        }
        if (first >= 20 && first < 64) {
            RemoteAddress from = ice.find(high, low, port, localIndex);
            return from == null
                    ? DropReason.NOT_A_VALID_PAIR.code()
                    : onDtls(in, offset, lengthBytes, from, nowNs, sink);
        }
        return DropReason.UNKNOWN_PROTOCOL.code();
    }

    private int onStun(
            MemorySegment in,
            long offset,
            int lengthBytes,
            long high,
            long low,
            int port,
            int localIndex,
            long nowNs,
            PeerSink sink) {
        int result = ice.onDatagram(in, offset, lengthBytes, high, low, port, localIndex, nowNs, sink.egress(1));
        if (result < 0) {
            return result;
        }
        if (setUp.onCheck(nowNs)) {
            stats.first(PeerStats.Value.ICE_NS, nowNs);
        }
        if ((result & IceAgent.PAIR_REPLACED) != 0) {
            sink.onAddressGone(this, ice.replaced());
        }
        if ((result & IceAgent.PREVIOUS_ENDED) != 0) {
            sink.onUfragGone(previousUfragKey);
            previousUfragKey = NO_UFRAG;
        }
        if ((result & IceAgent.SELECTED_CHANGED) != 0 && player != null) {
            onWayChanged(nowNs);
        }
        sink.onAddress(this, ice.find(high, low, port, localIndex));
        return 0;
    }

    /** The TCP connection from there is gone. Until the remote comes again it is reached by another way, or not at all. */
    public void onAddressLost(RemoteAddress address, long nowNs) {
        if (ice.forget(address, nowNs) && player != null) {
            onWayChanged(nowNs);
        }
    }

    private void onWayChanged(long nowNs) {
        player.onWayChanged();
        if (tap != null) {
            tap.onWayChanged(nowNs);
        }
    }

    private int onDtls(MemorySegment in, long offset, int lengthBytes, RemoteAddress from, long nowNs, PeerSink sink) {
        int result = dtls.onDatagram(in, offset, lengthBytes, from, nowNs);
        actOnDtls(nowNs, sink);
        return result;
    }

    /** Sends what the handshake has written and acts on its state. */
    public void onDtlsProgress(long nowNs, PeerSink sink) {
        dtls.takeProgress();
        actOnDtls(nowNs, sink);
    }

    private void actOnDtls(long nowNs, PeerSink sink) {
        if (ended) {
            return;
        }
        dtls.send(destination(), nowNs, sink);
        switch (dtls.state()) {
            case CONNECTED -> {
                if (srtp == null) {
                    onKeys(nowNs, sink);
                }
            }
            case FAILED -> end(PeerEnd.DTLS_FAILED, nowNs, sink);
            case CLOSED -> end(PeerEnd.DTLS_CLOSED, nowNs, sink);
            case WAITING, QUEUED, HANDSHAKING -> {}
        }
    }

    private void onKeys(long nowNs, PeerSink sink) {
        srtp = new SrtpSession(srtpProvider, dtls.takeKeys());
        srtpProfile = srtp.profile();
        stats.first(PeerStats.Value.DTLS_NS, nowNs);
        sink.counters().increment(Counter.HANDSHAKES_COMPLETED);
        if (tap != null) {
            tap.onConnected(dtls.roundTripNs(), srtpProfile.ordinal(), nowNs);
        }
        if (player != null) {
            player.onConnected(nowNs);
        } else {
            publisher.onConnected(dtls.roundTripNs(), nowNs);
        }
        sink.onConnected(this);
    }

    private int onSrtp(MemorySegment in, long offset, int lengthBytes, long nowNs, PeerSink sink) {
        if (srtp == null) {
            return DropReason.SRTP_NO_KEYS.code();
        }
        if (lengthBytes < 2) {
            return DropReason.SRTP_MALFORMED.code();
        }
        boolean rtcp = RtcpReader.isRtcp(in, offset, lengthBytes);
        if (!rtcp && publisher == null) {
            return DropReason.RTP_FROM_PLAYER.code();
        }
        int length = rtcp ? srtp.unprotectRtcp(in, offset, lengthBytes) : srtp.unprotectRtp(in, offset, lengthBytes);
        return length < 0 ? length : onDecrypted(in, offset, length, rtcp, nowNs, sink);
    }

    /** A decrypted packet. */
    int onDecrypted(MemorySegment in, long offset, int lengthBytes, boolean rtcp, long nowNs, PeerSink loop) {
        PeerSink sink = tap == null ? loop : tap.onInbound(in, offset, lengthBytes, rtcp, nowNs, loop);
        int result;
        if (!rtcp) {
            result = publisher.onRtp(in, offset, lengthBytes, nowNs, this, sink);
        } else if (player != null) {
            result = player.onRtcp(in, offset, lengthBytes, nowNs, this, sink);
        } else {
            result = publisher.onRtcp(in, offset, lengthBytes, nowNs, this, sink);
        }
        if (result < 0 && tap != null) {
            tap.onRefused(result);
        }
        return result;
    }

    /** Whatever is due at this time. */
    public void onTimeout(long nowNs, PeerSink sink) {
        if (ended) {
            return;
        }
        if (closeRequested) {
            end(PeerEnd.ASKED, nowNs, sink);
        } else if (srtp == null) {
            if (nowNs - setUp.deadlineNs(dtls.waitedNs(nowNs)) >= 0) {
                end(setUp.timeout(), nowNs, sink);
            }
        } else if (ice.consentExpired(nowNs)) {
            end(PeerEnd.CONSENT_EXPIRED, nowNs, sink);
        } else {
            onMediaTimeout(nowNs, sink);
        }
    }

    void onMediaTimeout(long nowNs, PeerSink loop) {
        PeerSink sink = tap == null ? loop : tap.onTimer(nowNs, loop);
        if (publisher != null) {
            publisher.onTimeout(nowNs, this, sink);
        } else {
            player.onTimeout(nowNs, this, sink);
        }
    }

    /** {@link Publisher#tellReaders}. */
    public void tellReaders(long nowNs) {
        if (tap != null) {
            tap.onTold(nowNs);
        }
        publisher.tellReaders(nowNs);
    }

    /** Who records this peer; null for nobody. */
    public PacketTap tap() {
        return tap;
    }

    public void tap(PacketTap next) {
        tap = next;
    }

    /** Goes on without a handshake, in a replay. */
    void resume(SrtpSession session, RemoteAddress to) {
        srtp = session;
        dtls.resume(to);
    }

    /** When {@link #onTimeout} is due. */
    public long deadlineNs(long nowNs) {
        if (closeRequested) {
            return nowNs;
        }
        if (srtp == null) {
            return setUp.deadlineNs(dtls.waitedNs(nowNs));
        }
        long media = publisher != null ? publisher.deadlineNs(nowNs) : player.deadlineNs();
        long consent = ice.deadlineNs();
        return media - consent < 0 ? media : consent;
    }

    /** Where media and DTLS go: the nominated pair's address, before a nomination the one that DTLS came from. */
    RemoteAddress destination() {
        RemoteAddress selected = ice.selected();
        return selected != null ? selected : dtls.from();
    }

    /** Protects the RTCP packet written at the egress's last claim and commits it. */
    void commitRtcp(EgressBatch egress, long at, int lengthBytes, PeerSink sink) {
        sink.onClear(egress.segment(), at, lengthBytes, true);
        int length = srtp.protectRtcp(egress.segment(), at, lengthBytes, EgressBatch.MAX_DATAGRAM_BYTES);
        if (length < 0) {
            sink.drop(DropReason.ofCode(length));
        } else {
            egress.commit(length, destination());
        }
    }

    SrtpSession srtp() {
        return srtp;
    }

    /**
     * Ends the peer at once: BYE and close_notify go out (without consent nothing may, RFC 7675 section 5.1), keys are
     * wiped, nothing of it is left. Idempotent.
     */
    public void end(PeerEnd reason, long nowNs, PeerSink loop) {
        if (ended) {
            return;
        }
        ended = true;
        PeerSink sink = tap == null ? loop : tap.onEnd(nowNs, loop);
        if (reason == PeerEnd.DTLS_FAILED) {
            sink.counters().increment(Counter.HANDSHAKES_FAILED);
        }
        try {
            if (reason != PeerEnd.CONSENT_EXPIRED) {
                sayGoodbye(nowNs, sink);
            }
        } finally {
            try {
                release();
            } finally {
                sink.onEnded(this, reason);
            }
        }
    }

    private void sayGoodbye(long nowNs, PeerSink sink) {
        if (player != null && srtp != null) {
            player.writeBye(nowNs, this, sink);
        }
        dtls.close();
        dtls.send(destination(), nowNs, sink);
    }

    /** Whatever went wrong before: no log stays held, and no key in memory. */
    private void release() {
        dtls.close();
        if (srtp != null) {
            srtp.close();
        }
        if (player != null) {
            player.close(this);
        } else {
            publisher.close(this);
        }
    }

    public boolean isEnded() {
        return ended;
    }
}
