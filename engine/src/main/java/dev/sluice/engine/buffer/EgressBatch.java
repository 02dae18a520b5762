package dev.sluice.engine.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Datagrams on their way out, back to back in one piece of native memory, so that a player's run of packets can leave
 * as one GSO message. The sink that the protocol cores write to. Confined to one media loop.
 *
 * <p>Write at {@code claim(room)}, then {@code commit(length, to)}; a claim that is not committed costs nothing. A
 * claim of −1 means the batch is full: the caller lets the owner flush, or drops with a reason.
 *
 * <p>Whoever sends takes datagrams from the head, in order. What a full socket leaves stays, and more may be added behind it.
 */
public final class EgressBatch {
    /** Most datagrams between two flushes, by default. */
    public static final int CAPACITY = 1024;
    /** Most bytes one datagram may have. */
    public static final int MAX_DATAGRAM_BYTES = 1500;

    /** So that a packet is still in the L2 cache when the kernel copies it: a mebibyte cost 2 to 10 % more per packet. */
    private static final long SEGMENT_BYTES = 1L << 18;

    private final MemorySegment segment;
    private final long segmentBytes;
    private final long[] offsets;
    private final int[] lengths;
    private final RemoteAddress[] destinations;
    private int head;
    private int size;
    private long tail;

    public EgressBatch(Arena arena) {
        this(arena, CAPACITY, SEGMENT_BYTES);
    }

    /** @param segmentBytes what all datagrams may have together */
    public EgressBatch(Arena arena, int datagrams, long segmentBytes) {
        this.segment = arena.allocate(segmentBytes, 64);
        this.segmentBytes = segmentBytes;
        this.offsets = new long[datagrams];
        this.lengths = new int[datagrams];
        this.destinations = new RemoteAddress[datagrams];
    }

    public MemorySegment segment() {
        return segment;
    }

    /** The first datagram that is not sent yet; {@link #size} when all are. */
    public int head() {
        return head;
    }

    /** Datagrams, sent ones included. */
    public int size() {
        return size;
    }

    /** Takes this many datagrams from the head: they are sent, or dropped. */
    public void advance(int datagrams) {
        head += datagrams;
    }

    public boolean isSent() {
        return head == size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Of all datagrams, sent ones included. */
    public long lengthBytes() {
        return tail;
    }

    /** Whether this many more datagrams of the largest size fit. */
    public boolean hasRoom(int datagrams) {
        return size + datagrams <= lengths.length && tail + (long) datagrams * MAX_DATAGRAM_BYTES <= segmentBytes;
    }

    /** Where the next datagram of at most {@code roomBytes} may be written, or −1 when the batch is full. */
    public long claim(int roomBytes) {
        return size < lengths.length && tail + roomBytes <= segmentBytes ? tail : -1;
    }

    /** Takes the bytes written at the last claim into the batch. */
    public void commit(int lengthBytes, RemoteAddress destination) {
        offsets[size] = tail;
        lengths[size] = lengthBytes;
        destinations[size] = destination;
        size++;
        tail += lengthBytes;
    }

    public long offset(int index) {
        return offsets[index];
    }

    public int length(int index) {
        return lengths[index];
    }

    public RemoteAddress destination(int index) {
        return destinations[index];
    }

    /** Forgets all datagrams, after a flush. */
    public void clear() {
        for (int i = 0; i < size; i++) {
            destinations[i] = null;
        }
        head = 0;
        size = 0;
        tail = 0;
    }
}
