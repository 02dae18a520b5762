package dev.sluice.engine.dtls;

import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.srtp.SrtpKeys;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.tls.AlertDescription;

/**
 * The border between the owner's media loop and the virtual thread of {@link DtlsConnection}. What {@link DtlsEndpoint} has
 * is confined to one media loop; the rest is called by the connection's thread.
 */
final class ServerEndpoint implements DtlsEndpoint, RecordSink {
    /** A flight is one or two datagrams; when full the oldest goes, as a later flight replaces it. */
    static final int MAX_OUTBOUND = 8;
    /** Refused hellos cost parsing only, but not more often than this. */
    static final long MIN_START_INTERVAL_NS = 40_000_000;

    private final DtlsServer server;
    private final List<Fingerprint> remoteFingerprints;
    private final HandshakeQueue queue;
    private final Runnable onProgress;
    private final DtlsFilter filter = new DtlsFilter();

    /** Of the owner's loop; null while no hello was taken. */
    private DtlsConnection connection;

    private boolean startedBefore;
    private long startedNs;
    /** Waits in the queue; else null. */
    private byte[] queuedHello;

    private long queuedNs;
    /** In the queue before this time. */
    private long waitedNs;

    /** Without a lock, as {@link RecordExchange}'s. */
    private final Queue<byte[]> outbound = new ConcurrentLinkedQueue<>();

    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final AtomicReference<SrtpKeys> keys = new AtomicReference<>();
    private volatile String failure;
    private volatile int remoteAlert = -1;
    /** These three since the handshake. */
    private volatile ConnectedRecords records;

    private volatile List<byte[]> lastFlight = List.of();
    private volatile byte[] closeNotify;

    ServerEndpoint(DtlsServer server, List<Fingerprint> remoteFingerprints, HandshakeQueue queue, Runnable onProgress) {
        this.server = server;
        this.remoteFingerprints = remoteFingerprints;
        this.queue = queue;
        this.onProgress = onProgress;
    }

    @Override
    public int onDatagram(MemorySegment segment, long offset, int lengthBytes, long nowNs) {
        switch (state.get()) {
            case WAITING -> {
                if (connection != null) { // Its hello was refused.
                    connection = null;
                    filter.restart();
                }
            }
            case QUEUED -> {
                queue.run(nowNs); // The hello is complete: this is the same one again.
                return 0;
            }
            case CONNECTED -> {
                settle();
                filter.connected();
            }
            case FAILED, CLOSED -> {
                return DropReason.DTLS_NOT_EXPECTED.code();
            }
            default -> {} // HANDSHAKING: the filter is where it should be.
        }
        int code = filter.onDatagram(segment, offset, lengthBytes, nowNs, this);
        remoteAlert = filter.remoteAlert();
        return code;
    }

    /** From the filter, on the owner's loop. The first record of all is a complete hello. */
    @Override
    public int onRecord(byte[] record, long nowNs) {
        if (records != null && connection == null) {
            if (state.get() == State.CONNECTED) {
                onConnectedRecord(record);
            }
            return 0;
        }
        if (connection == null) {
            return enqueue(record, nowNs);
        }
        return connection.offer(record) ? 0 : DropReason.DTLS_QUEUE_FULL.code();
    }

    private int enqueue(byte[] hello, long nowNs) {
        if (startedBefore && nowNs - startedNs < MIN_START_INTERVAL_NS) {
            return DropReason.DTLS_QUEUE_FULL.code();
        }
        if (server.isClosed() || !queue.offer(this)) {
            return DropReason.DTLS_TOO_MANY_HANDSHAKES.code();
        }
        queuedHello = hello;
        queuedNs = nowNs;
        state.set(State.QUEUED);
        queue.run(nowNs);
        return 0;
    }

    /**
     * From the queue: its turn has come. False when as many handshakes run as may: it stays the next. What goes wrong here
     * is this endpoint's alone: the caller serves another, or a timer.
     */
    boolean begin(long nowNs) {
        if (!server.tryHandshake()) {
            return false;
        }
        waitedNs = waitedNs(nowNs);
        startedBefore = true;
        startedNs = nowNs;
        failure = null;
        byte[] hello = queuedHello;
        queuedHello = null;
        SrtpTlsServer policy = null;
        try {
            policy = server.policy(remoteFingerprints);
            connection = new DtlsConnection(server, this, policy);
            connection.offer(hello);
            state.set(State.HANDSHAKING);
            server.start(connection::run);
        } catch (RuntimeException | OutOfMemoryError e) { // The latter also when there can be no more threads.
            server.handshakeEnded();
            connection = null;
            if (policy != null) {
                policy.release();
            }
            failure = "no handshake could be started: " + e.getMessage();
            state.set(State.FAILED);
            onProgress.run();
        }
        return true;
    }

    /** From the queue: ends a handshake that is slow while others need its place; false when it may go on. */
    boolean giveUp(long nowNs) {
        if (!server.isShortOfHandshakes() || nowNs - startedNs < HandshakeQueue.PATIENCE_NS) {
            return false;
        }
        if (state.compareAndSet(State.HANDSHAKING, State.FAILED)) {
            failure = "too slow while others wait";
            connection.cancel();
        }
        return true;
    }

    /** From when its turn came until it is decided. */
    boolean isHandshaking() {
        return state.get() == State.HANDSHAKING;
    }

    @Override
    public long waitedNs(long nowNs) {
        long soFarNs = waitedNs + (queuedHello == null ? 0 : nowNs - queuedNs);
        // A remote that lets one hello after the other be refused must not live on by its waiting.
        return Math.min(soFarNs, HandshakeQueue.MAX_WAIT_NS);
    }

    /** On the owner's loop: Bouncy Castle is done, and what it did not read is looked at here. */
    private void settle() {
        if (connection == null || state.get() != State.CONNECTED) {
            return;
        }
        DtlsConnection done = connection;
        connection = null;
        for (byte[] record = done.pollUnread(); record != null; record = done.pollUnread()) {
            onConnectedRecord(record);
        }
    }

    private void onConnectedRecord(byte[] record) {
        int meaning = records.read(record);
        if (meaning == ConnectedRecords.FINISHED_AGAIN) {
            // Our last flight as it was: Bouncy Castle would send it again only after all of the client's came again.
            lastFlight.forEach(this::offerOutbound);
        } else if (meaning != ConnectedRecords.NOTHING) {
            failure = meaning == AlertDescription.close_notify
                    ? "the remote closed"
                    : "alert of the remote: " + AlertDescription.getText((short) meaning);
            // Its close_notify is answered by ours (RFC 5246 section 7.2.1).
            offerOutbound(closeNotify);
            state.set(State.CLOSED);
        }
    }

    @Override
    public int pollOutbound(MemorySegment to, long offset, int roomBytes) {
        settle();
        byte[] datagram = roomBytes < DtlsServer.MAX_DATAGRAM_BYTES ? null : outbound.poll();
        if (datagram == null) {
            return 0;
        }
        MemorySegment.copy(datagram, 0, to, ValueLayout.JAVA_BYTE, offset, datagram.length);
        return datagram.length;
    }

    @Override
    public State state() {
        return state.get();
    }

    @Override
    public String failure() {
        String reason = failure;
        int alert = remoteAlert;
        return reason == null || alert < 0 || state.get() == State.CLOSED
                ? reason
                : reason + " (the remote sent alert " + AlertDescription.getText((short) alert) + ")";
    }

    @Override
    public SrtpKeys takeKeys() {
        return state.get() == State.CONNECTED ? keys.getAndSet(null) : null;
    }

    @Override
    public void close() {
        State before = state.getAndSet(State.CLOSED);
        if (before == State.CONNECTED) {
            offerOutbound(closeNotify);
        } else if (before == State.HANDSHAKING) {
            outbound.clear();
        }
        if (connection != null) {
            connection.cancel();
            connection = null;
        }
        queuedHello = null;
        queue.remove(this);
        filter.release();
        wipeKeys();
    }

    /** False from when the owner closed. */
    boolean isOpen() {
        return state.get() != State.CLOSED;
    }

    /** One datagram from the connection's thread. */
    void send(byte[] datagram) {
        if (isOpen()) {
            offerOutbound(datagram);
            onProgress.run();
        }
    }

    private void offerOutbound(byte[] datagram) {
        outbound.add(datagram);
        while (outbound.size() > MAX_OUTBOUND) {
            outbound.poll();
        }
    }

    void onConnected(
            SrtpKeys exported, ConnectedRecords reader, List<byte[]> lastFlightDatagrams, byte[] closeNotifyDatagram) {
        records = reader;
        lastFlight = lastFlightDatagrams;
        closeNotify = closeNotifyDatagram;
        keys.set(exported);
        if (!state.compareAndSet(State.HANDSHAKING, State.CONNECTED)) {
            // The owner closed meanwhile.
            wipeKeys();
        }
        onProgress.run();
    }

    void onFailed(String reason) {
        if (isHandshaking()) { // Else it was given up, and that is the reason.
            failure = reason;
        }
        state.compareAndSet(State.HANDSHAKING, State.FAILED);
        onProgress.run();
    }

    void onHelloRefused(String reason) {
        if (isHandshaking()) {
            failure = reason;
        }
        state.compareAndSet(State.HANDSHAKING, State.WAITING);
        onProgress.run();
    }

    private void wipeKeys() {
        SrtpKeys left = keys.getAndSet(null);
        if (left != null) {
            left.wipe();
        }
        ConnectedRecords reader = records;
        if (reader != null) {
            reader.wipe();
        }
    }
}
