package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * The TCP connections of a loop (RFC 6544), as further sources and destinations beside the UDP port's addresses: each has
 * a number of its own, which stands where a datagram's local index is. Confined to one media loop.
 *
 * <p>A connection takes all of a datagram or nothing. What its socket does not take waits, {@value #WAITING_BYTES} bytes
 * at most; beyond that datagrams are dropped whole, so the framing holds. Whoever has media asks {@link #takes} first.
 */
final class TcpConnections {
    /** Of one loop; a browser has one for each of its addresses of a family. */
    static final int MAX_CONNECTIONS = 1 << 14;

    static final int WAITING_BYTES = 1 << 16;

    private static final int SLOT_BITS = 14;
    private static final int GENERATION_MASK = (1 << 15) - 1;
    private static final int IN_BYTES = 2 * (TcpConnection.PREFIX_BYTES + IngressBatch.SLOT_BYTES);
    /** Buffers kept for the next connection. */
    private static final int MAX_POOLED = 64;

    private final Selector selector;
    private final Queue<TcpConnection> ready = new ArrayDeque<>();
    private final Queue<RemoteAddress> drained = new ArrayDeque<>();
    private final Queue<RemoteAddress> lost = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> inPool = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> waitingPool = new ArrayDeque<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(WAITING_BYTES).order(ByteOrder.BIG_ENDIAN);
    private final MemorySegment scratchMemory = MemorySegment.ofBuffer(scratch);

    private TcpConnection[] slots = new TcpConnection[16];
    private int[] generations = new int[16];
    private int size;
    private long nowNs;

    TcpConnections(Selector selector) {
        this.selector = selector;
    }

    /** Open connections. */
    int size() {
        return size;
    }

    /**
     * Takes a connection over, with the first frame that was read from it; when there is no place or it is broken, closes it.
     *
     * @param first with its length in front
     */
    void adopt(SocketChannel channel, byte[] first, long adoptedNs) {
        nowNs = adoptedNs;
        try {
            int slot = freeSlot();
            if (slot < 0) {
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            int number = RemoteAddress.TCP | (generations[slot]++ & GENERATION_MASK) << SLOT_BITS | slot;
            ByteBuffer in = inPool.isEmpty() ? ByteBuffer.allocateDirect(IN_BYTES) : inPool.pop();
            TcpConnection connection =
                    new TcpConnection(channel, key, RemoteAddress.of(remote, number), in, first, adoptedNs);
            key.attach(connection);
            slots[slot] = connection;
            size++;
            onReady(connection);
        } catch (IOException e) {
            closeQuietly(channel);
        }
    }

    private int freeSlot() {
        if (size == slots.length) {
            if (size == MAX_CONNECTIONS) {
                return -1;
            }
            slots = Arrays.copyOf(slots, 2 * size);
            generations = Arrays.copyOf(generations, 2 * size);
            return size;
        }
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot] == null) {
                return slot;
            }
        }
        return -1;
    }

    private TcpConnection find(RemoteAddress address) {
        int slot = address.localIndex() & (1 << SLOT_BITS) - 1;
        TcpConnection found = slot < slots.length ? slots[slot] : null;
        return found != null && found.address().localIndex() == address.localIndex() ? found : null;
    }

    /** The selector found something to do there. */
    void onReady(TcpConnection connection) {
        if (!connection.isQueued()) {
            connection.queued(true);
            ready.add(connection);
        }
    }

    /** Reads what has come, and writes what waited where the socket takes it again. */
    void receive(IngressBatch batch, LoopCounters counters) {
        for (int left = ready.size(); left > 0 && !batch.isFull(); left--) {
            TcpConnection connection = ready.remove();
            connection.queued(false);
            if (find(connection.address()) != connection) {
                continue;
            }
            if (connection.isBlocked()) {
                sendWaiting(connection, counters);
            }
            switch (connection.read(batch, counters)) {
                case END_OF_DATA -> {}
                case BATCH_FULL -> onReady(connection);
                case GONE -> remove(connection, true);
            }
        }
    }

    private void sendWaiting(TcpConnection connection, LoopCounters counters) {
        ByteBuffer waiting = connection.waiting();
        int before = waiting.remaining();
        counters.increment(Counter.SEND_CALLS);
        if (!connection.write(waiting)) {
            // The read that follows finds it broken.
            return;
        }
        if (waiting.hasRemaining()) {
            if (waiting.remaining() < before) {
                connection.onProgress(nowNs);
            }
            return;
        }
        recycle(connection.waitNoMore(), waitingPool);
        drained.add(connection.address());
    }

    /** Sends the datagrams from the batch's head on that are for one connection, or drops them; moves the head. */
    void send(EgressBatch batch, LoopCounters counters) {
        RemoteAddress to = batch.destination(batch.head());
        TcpConnection connection = find(to);
        scratch.clear();
        int room = connection == null ? 0 : WAITING_BYTES - waitingBytes(connection);
        int taken = 0;
        int dropped = 0;
        while (!batch.isSent() && batch.destination(batch.head()) == to) {
            int length = batch.length(batch.head());
            if (scratch.position() + TcpConnection.PREFIX_BYTES + length > room) {
                if (taken > 0 && connection != null && !connection.isBlocked()) {
                    // A long run to a socket that may take it all: the rest with the next call.
                    break;
                }
                dropped++;
            } else {
                scratch.putShort((short) length);
                MemorySegment.copy(
                        batch.segment(), batch.offset(batch.head()), scratchMemory, scratch.position(), length);
                scratch.position(scratch.position() + length);
                taken++;
            }
            batch.advance(1);
        }
        counters.drop(DropReason.TCP_FULL, dropped);
        if (taken > 0) {
            scratch.flip();
            counters.add(Counter.DATAGRAMS_OUT, taken);
            counters.add(Counter.BYTES_OUT, scratch.remaining() - (long) taken * TcpConnection.PREFIX_BYTES);
            send(connection, counters);
        }
    }

    private static int waitingBytes(TcpConnection connection) {
        return connection.isBlocked() ? connection.waiting().remaining() : 0;
    }

    /** Sends the scratch's frames, or lets them wait. */
    private void send(TcpConnection connection, LoopCounters counters) {
        if (connection.isBlocked()) {
            connection.waiting().compact().put(scratch).flip();
            return;
        }
        counters.increment(Counter.SEND_CALLS);
        if (!connection.write(scratch)) {
            remove(connection, true);
        } else if (scratch.hasRemaining()) {
            counters.increment(Counter.SEND_WAITS);
            ByteBuffer rest = waitingPool.isEmpty() ? ByteBuffer.allocateDirect(WAITING_BYTES) : waitingPool.pop();
            connection.waitWith(rest.clear().put(scratch).flip(), nowNs);
        }
    }

    /** Whether the connection is open and nothing waits for its socket. */
    boolean takes(RemoteAddress to) {
        TcpConnection connection = find(to);
        return connection != null && !connection.isBlocked();
    }

    /** An authentic check came by this connection. */
    void onChecked(RemoteAddress address, long checkedNs) {
        TcpConnection connection = find(address);
        if (connection != null) {
            connection.onChecked(checkedNs);
        }
    }

    /** The peer needs this connection no more; what waits still goes out, for a moment. */
    void release(RemoteAddress address, long releasedNs) {
        TcpConnection connection = find(address);
        if (connection != null) {
            connection.release(releasedNs);
        }
    }

    /** A connection whose socket takes media again, or null when there is none more. */
    RemoteAddress pollDrained() {
        return drained.poll();
    }

    /** A connection that is gone, or null when there is none more. */
    RemoteAddress pollLost() {
        return lost.poll();
    }

    /** Looks at the time: closes what says nothing, takes nothing, or is needed no more. Due each second or so. */
    void onTick(long tickNs) {
        nowNs = tickNs;
        for (TcpConnection connection : slots) {
            if (connection != null && connection.isOver(tickNs)) {
                remove(connection, true);
            }
        }
    }

    private void remove(TcpConnection connection, boolean tell) {
        int slot = connection.address().localIndex() & (1 << SLOT_BITS) - 1;
        slots[slot] = null;
        size--;
        connection.close();
        recycle(connection.in(), inPool);
        if (connection.isBlocked()) {
            recycle(connection.waiting(), waitingPool);
        }
        if (tell) {
            lost.add(connection.address());
        }
    }

    private static void recycle(ByteBuffer buffer, ArrayDeque<ByteBuffer> pool) {
        if (pool.size() < MAX_POOLED) {
            pool.push(buffer);
        }
    }

    void close() {
        for (TcpConnection connection : slots) {
            if (connection != null) {
                remove(connection, false);
            }
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            assert !channel.isOpen();
        }
    }
}
