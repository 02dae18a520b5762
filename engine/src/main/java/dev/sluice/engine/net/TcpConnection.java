package dev.sluice.engine.net;

import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.LoopCounters;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One TCP connection of a remote, on which each datagram stands behind its length (RFC 4571 section 2). Confined to one
 * media loop.
 *
 * <pre>
 *  0                   1
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 …
 * +---------------+---------------+------------------ - - -
 * |        length of datagram     |  STUN, DTLS, SRTP or SRTCP
 * +---------------+---------------+------------------ - - -
 * </pre>
 */
final class TcpConnection {
    static final int PREFIX_BYTES = 2;

    /** What {@link #read} may find. */
    enum Found {
        /** All that there was. */
        END_OF_DATA,
        /** The batch is full; there may be more. */
        BATCH_FULL,
        /** The remote has closed, or broke the framing. */
        GONE
    }

    /** Until the first check that was authentic. */
    static final long UNCHECKED_NS = 3_000_000_000L;
    /** Consent to send there, from check to check (RFC 7675 section 5.1). */
    static final long CONSENT_NS = 30_000_000_000L;
    /** A remote that takes no byte for so long while some wait has stopped reading. */
    static final long STUCK_NS = 10_000_000_000L;
    /** For the last words to a remote whose peer has ended. */
    static final long GOODBYE_NS = 1_000_000_000L;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final RemoteAddress address;
    /** In writing position: what came and is no whole frame yet. */
    private final ByteBuffer in;

    private final MemorySegment inMemory;
    /** What the socket did not take, in reading position; null when nothing waits. */
    private ByteBuffer waiting;

    private long deadlineNs;
    private long progressNs;
    private boolean released;
    private boolean queued;

    /**
     * @param in holds two frames of the largest size
     * @param first what was read of it before, with its length in front
     */
    TcpConnection(
            SocketChannel channel, SelectionKey key, RemoteAddress address, ByteBuffer in, byte[] first, long nowNs) {
        this.channel = channel;
        this.key = key;
        this.address = address;
        this.in = in;
        this.inMemory = MemorySegment.ofBuffer(in.clear());
        this.deadlineNs = nowNs + UNCHECKED_NS;
        in.put(first);
    }

    /** Where its datagrams come from, and the number by which answers find it. */
    RemoteAddress address() {
        return address;
    }

    ByteBuffer in() {
        return in;
    }

    boolean isQueued() {
        return queued;
    }

    void queued(boolean now) {
        queued = now;
    }

    /** Reads whole frames into the batch until it is full or no more have come. */
    Found read(IngressBatch batch, LoopCounters counters) {
        try {
            while (true) {
                if (!takeFrames(batch)) {
                    return Found.GONE;
                }
                if (batch.isFull()) {
                    return Found.BATCH_FULL;
                }
                counters.increment(Counter.RECEIVE_CALLS);
                int read = channel.read(in);
                if (read <= 0) {
                    return read == 0 ? Found.END_OF_DATA : Found.GONE;
                }
            }
        } catch (IOException e) {
            // Reset by the remote or a firewall.
            return Found.GONE;
        }
    }

    /** False when a frame is longer than any datagram of WebRTC: this is none of our remotes. */
    private boolean takeFrames(IngressBatch batch) {
        in.flip();
        while (in.remaining() >= PREFIX_BYTES && !batch.isFull()) {
            int start = in.position() + PREFIX_BYTES;
            int lengthBytes = in.getShort(in.position()) & 0xffff;
            if (lengthBytes > IngressBatch.SLOT_BYTES) {
                return false;
            }
            if (in.limit() - start < lengthBytes) {
                break;
            }
            MemorySegment.copy(inMemory, start, batch.segment(), batch.offset(batch.size()), lengthBytes);
            batch.add(lengthBytes, address.high(), address.low(), address.port(), address.localIndex());
            in.position(start + lengthBytes);
        }
        in.compact();
        return true;
    }

    /** Writes what the socket takes of the buffer; false when the connection is broken. */
    boolean write(ByteBuffer out) {
        try {
            return channel.write(out) >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether something waits for the socket: media is better left in its log. */
    boolean isBlocked() {
        return waiting != null;
    }

    /** In reading position; null when nothing waits. */
    ByteBuffer waiting() {
        return waiting;
    }

    /** Keeps what the socket did not take until it takes more. */
    void waitWith(ByteBuffer rest, long nowNs) {
        waiting = rest;
        progressNs = nowNs;
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /** The socket took something of what waits. */
    void onProgress(long nowNs) {
        progressNs = nowNs;
    }

    /** All that waited is sent; returns its buffer. */
    ByteBuffer waitNoMore() {
        ByteBuffer empty = waiting;
        waiting = null;
        key.interestOps(SelectionKey.OP_READ);
        return empty;
    }

    /** An authentic check came here. */
    void onChecked(long nowNs) {
        deadlineNs = nowNs + CONSENT_NS;
    }

    /** Nobody listens here any more; what waits may still go out. */
    void release(long nowNs) {
        released = true;
        deadlineNs = nowNs + GOODBYE_NS;
    }

    /** Whether its time is over: no consent, no progress, or the last word said. */
    boolean isOver(long nowNs) {
        return nowNs - deadlineNs >= 0
                || released && waiting == null
                || waiting != null && nowNs - progressNs >= STUCK_NS;
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It was broken already.
            in.clear();
        }
    }
}
