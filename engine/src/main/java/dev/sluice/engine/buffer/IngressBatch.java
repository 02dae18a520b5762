package dev.sluice.engine.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The datagrams of one receive call, each in a slot of its own, with their source addresses as plain numbers.
 * Confined to one media loop.
 */
public final class IngressBatch {
    /** Slots; one recvmmsg call fills at most this many. */
    public static final int CAPACITY = 64;
    /** Larger than any datagram a WebRTC sender makes (1,500 B MTU less headers); what is longer is cut off. */
    public static final int SLOT_BYTES = 2048;

    private final MemorySegment segment;
    private final int[] lengths = new int[CAPACITY];
    private final long[] highs = new long[CAPACITY];
    private final long[] lows = new long[CAPACITY];
    private final int[] ports = new int[CAPACITY];
    private final int[] localIndexes = new int[CAPACITY];
    private int size;

    public IngressBatch(Arena arena) {
        segment = arena.allocate((long) CAPACITY * SLOT_BYTES, 64);
    }

    public MemorySegment segment() {
        return segment;
    }

    public int size() {
        return size;
    }

    public boolean isFull() {
        return size == CAPACITY;
    }

    public void clear() {
        size = 0;
    }

    public long offset(int index) {
        return (long) index * SLOT_BYTES;
    }

    public int length(int index) {
        return lengths[index];
    }

    public long high(int index) {
        return highs[index];
    }

    public long low(int index) {
        return lows[index];
    }

    public int port(int index) {
        return ports[index];
    }

    public int localIndex(int index) {
        return localIndexes[index];
    }

    /** Takes the slot at {@code offset(size())}, already written, into the batch. */
    public void add(int lengthBytes, long high, long low, int port, int localIndex) {
        lengths[size] = lengthBytes;
        highs[size] = high;
        lows[size] = low;
        ports[size] = port;
        localIndexes[size] = localIndex;
        size++;
    }
}
