package dev.sluice.engine.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;

/**
 * Bouncy Castle's datagram transport: records come in through a bounded queue; records go out packed together, as many as
 * fit a datagram, when Bouncy Castle turns to reading. {@link #offer}, {@link #wake} and {@link #pollInbound} are safe for
 * many threads; all else is confined to the handshake's virtual thread.
 */
final class RecordExchange implements DatagramTransport {
    /** A client's whole handshake is six records. */
    static final int MAX_INBOUND = 16;

    private static final int MAX_RECORD_BYTES =
            MessageAssembler.RECORD_HEADER_BYTES + MessageAssembler.MESSAGE_HEADER_BYTES + DtlsFilter.MAX_MESSAGE_BYTES;
    private static final int MIN_RECORD_BYTES = MessageAssembler.RECORD_HEADER_BYTES + DtlsFilter.MAX_ENCRYPTED_BYTES;

    private static final byte[] WAKE_UP = {};

    private final BooleanSupplier wanted;
    private final Consumer<byte[]> outbound;
    /** Without a lock, on which the media loop would wait behind a virtual thread. */
    private final BlockingQueue<byte[]> inbound = new LinkedTransferQueue<>();
    /** What went out since the last record came in: at the end, our last flight. */
    private final List<byte[]> answer = new ArrayList<>();

    private final byte[] packed = new byte[DtlsServer.MAX_DATAGRAM_BYTES];
    private int packedBytes;
    private boolean sent;

    /**
     * @param wanted false from when the owner closed or gave up: reading ends then
     * @param outbound takes each datagram that is to be sent
     */
    RecordExchange(BooleanSupplier wanted, Consumer<byte[]> outbound) {
        this.wanted = wanted;
        this.outbound = outbound;
    }

    /** From the media loop: false when the queue is full. */
    boolean offer(byte[] record) {
        return inbound.size() < MAX_INBOUND && inbound.offer(record);
    }

    /** Ends a wait early. */
    void wake() {
        inbound.offer(WAKE_UP);
    }

    /** A record that the handshake did not read; null when there is none. */
    byte[] pollInbound() {
        return inbound.poll();
    }

    /** Whether anything was sent at all. */
    boolean hasSent() {
        return sent;
    }

    /** The datagrams sent since the last record came in. */
    List<byte[]> answer() {
        return List.copyOf(answer);
    }

    /** Hands what was packed to the outbound side. */
    void flush() {
        byte[] datagram = takePacked();
        if (datagram.length > 0) {
            sent = true;
            answer.add(datagram);
            outbound.accept(datagram);
        }
    }

    /** What was packed and not sent; forgets it. */
    byte[] takePacked() {
        byte[] datagram = Arrays.copyOf(packed, packedBytes);
        packedBytes = 0;
        return datagram;
    }

    /**
     * Bouncy Castle makes a buffer or two of this size for each read, 8 KB each time unless we know what comes next:
     * half of what a handshake allocates.
     */
    @Override
    public int getReceiveLimit() {
        byte[] next = inbound.peek();
        return next != null ? Math.max(next.length, MIN_RECORD_BYTES) : MAX_RECORD_BYTES;
    }

    /** Bouncy Castle fragments its messages to this. */
    @Override
    public int getSendLimit() {
        return DtlsServer.MAX_DATAGRAM_BYTES;
    }

    /**
     * The next record, or −1 when {@code waitMillis} passed: Bouncy Castle's retransmission timer. It never asks with 0 (for
     * ever) while a handshake with a timeout runs.
     */
    @Override
    public int receive(byte[] buffer, int offset, int lengthBytes, int waitMillis) throws IOException {
        if (packedBytes > 0) {
            flush();
        }
        byte[] record = wanted.getAsBoolean() ? next(waitMillis) : WAKE_UP;
        if (record == WAKE_UP || !wanted.getAsBoolean()) {
            throw new InterruptedIOException("closed");
        }
        if (record == null) {
            return -1;
        }
        answer.clear();
        int taken = Math.min(record.length, lengthBytes);
        System.arraycopy(record, 0, buffer, offset, taken);
        return taken;
    }

    private byte[] next(int waitMillis) throws InterruptedIOException {
        try {
            return inbound.poll(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void send(byte[] buffer, int offset, int lengthBytes) {
        if (packedBytes + lengthBytes > packed.length) {
            flush();
        }
        System.arraycopy(buffer, offset, packed, packedBytes, lengthBytes);
        packedBytes += lengthBytes;
    }

    /** The owner's socket is not ours to close. */
    @Override
    public void close() {}
}
