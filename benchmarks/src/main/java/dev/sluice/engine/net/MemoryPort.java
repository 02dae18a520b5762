package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.LoopCounters;
import java.lang.foreign.MemorySegment;

/**
 * A port without a network: gives the loop what was put in, counts what it sends; or passes that on to a real port. Confined
 * to one thread.
 */
final class MemoryPort implements DatagramPort {
    /** Takes what the loop sends, from the batch's head to the end, before the head moves. */
    interface Receiver {
        void onDatagrams(EgressBatch batch, int end);
    }

    private final MemorySegment[] segments = new MemorySegment[IngressBatch.CAPACITY];
    private final long[] offsets = new long[IngressBatch.CAPACITY];
    private final int[] lengths = new int[IngressBatch.CAPACITY];
    private final RemoteAddress[] sources = new RemoteAddress[IngressBatch.CAPACITY];
    private int waiting;
    private long sent;
    private long sentBytes;
    private int room = Integer.MAX_VALUE;
    private final DatagramPort out;
    private Receiver receiver;

    MemoryPort() {
        this(null);
    }

    /** @param out what the loop sends leaves by this one, from which nothing is read; or null */
    MemoryPort(DatagramPort out) {
        this.out = out;
    }

    /** Null lets datagrams go, which is the start's setting. */
    void receiver(Receiver next) {
        receiver = next;
    }

    /** Takes so many datagrams more, then is full. */
    void room(int datagrams) {
        room = datagrams;
    }

    boolean isFull() {
        return waiting == IngressBatch.CAPACITY;
    }

    /** Lets a datagram wait for the loop; its bytes stay where they are until then. */
    void put(MemorySegment segment, long offset, int lengthBytes, RemoteAddress from) {
        segments[waiting] = segment;
        offsets[waiting] = offset;
        lengths[waiting] = lengthBytes;
        sources[waiting] = from;
        waiting++;
    }

    long sent() {
        return sent;
    }

    long sentBytes() {
        return sentBytes;
    }

    @Override
    public int port() {
        return 7000;
    }

    /** Copies, as the kernel does. */
    @Override
    public int receive(IngressBatch batch, LoopCounters counters) {
        int received = waiting;
        for (int i = 0; i < received; i++) {
            RemoteAddress from = sources[i];
            MemorySegment.copy(segments[i], offsets[i], batch.segment(), batch.offset(batch.size()), lengths[i]);
            batch.add(lengths[i], from.high(), from.low(), from.port(), from.localIndex());
        }
        waiting = 0;
        return received;
    }

    @Override
    public void send(EgressBatch batch, LoopCounters counters) {
        if (out != null) {
            out.send(batch, counters);
            return;
        }
        if (receiver != null) {
            receiver.onDatagrams(batch, batch.head() + Math.min(batch.size() - batch.head(), room));
        }
        while (!batch.isSent() && room > 0) {
            sent++;
            sentBytes += batch.length(batch.head());
            room--;
            batch.advance(1);
        }
    }

    @Override
    public void giveUp(int local) {
        if (out != null) {
            out.giveUp(local);
        }
    }

    @Override
    public void await(long timeoutNs) {}

    @Override
    public void wakeup() {}

    @Override
    public void close() {
        if (out != null) {
            out.close();
        }
    }
}
