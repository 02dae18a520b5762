package dev.sluice.benchmarks.load.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory for the datagrams of one {@code recvmmsg}, shared by the sockets of a thread. Confined to one thread.
 *
 * <pre>
 *   mmsghdr, 64 bytes: name 8 | name length 4, 4 | iovec 8 | iovec count 8 | control 8 | control length 8 | flags 4, 4 |
 *                      datagram length 4, 4
 *   cmsghdr:           length 8 | level 4 | type 4 | data
 * </pre>
 */
public final class ReceiveBatch {
    private static final int MESSAGE_BYTES = 64;
    private static final int IOVEC_AT = 16;
    private static final int CONTROL_AT = 32;
    private static final int CONTROL_LENGTH_AT = 40;
    private static final int LENGTH_AT = 56;
    private static final int IOVEC_BYTES = 16;
    /** One timespec behind its header. */
    private static final int CONTROL_BYTES = 32;

    private static final int SCM_TIMESTAMPNS = 35;

    private final int capacity;
    private final int bytesEach;
    private final MemorySegment vector;
    private final MemorySegment control;
    private final MemorySegment data;
    private int count;
    private int used;

    /**
     * @param bytesEach what is kept of each datagram; of a longer one the rest is thrown away in the kernel, uncopied
     */
    public ReceiveBatch(int capacity, int bytesEach) {
        this.capacity = capacity;
        this.bytesEach = bytesEach;
        Arena arena = Arena.ofAuto();
        vector = arena.allocate((long) capacity * MESSAGE_BYTES, 8);
        control = arena.allocate((long) capacity * CONTROL_BYTES, 8);
        data = arena.allocate((long) capacity * bytesEach, 64);
        MemorySegment iovecs = arena.allocate((long) capacity * IOVEC_BYTES, 8);
        iovecArena = arena;
        for (int i = 0; i < capacity; i++) {
            long iovec = (long) i * IOVEC_BYTES;
            iovecs.set(ValueLayout.JAVA_LONG, iovec, data.address() + (long) i * bytesEach);
            iovecs.set(ValueLayout.JAVA_LONG, iovec + 8, bytesEach);
            long message = (long) i * MESSAGE_BYTES;
            vector.set(ValueLayout.JAVA_LONG, message + IOVEC_AT, iovecs.address() + iovec);
            vector.set(ValueLayout.JAVA_LONG, message + IOVEC_AT + 8, 1);
            vector.set(ValueLayout.JAVA_LONG, message + CONTROL_AT, control.address() + (long) i * CONTROL_BYTES);
        }
        used = capacity;
    }

    /** Keeps the memory that only the kernel points to. */
    @SuppressWarnings("unused")
    private final Arena iovecArena;

    /** The kernel overwrites the lengths of what it filled. */
    void reset() {
        for (int i = 0; i < used; i++) {
            vector.set(ValueLayout.JAVA_LONG, (long) i * MESSAGE_BYTES + CONTROL_LENGTH_AT, CONTROL_BYTES);
        }
        used = 0;
    }

    void filled(int datagrams) {
        count = datagrams;
        used = datagrams;
    }

    long vector() {
        return vector.address();
    }

    public int capacity() {
        return capacity;
    }

    public int count() {
        return count;
    }

    public boolean isFull() {
        return count == capacity;
    }

    /** Where all datagrams lie. */
    public MemorySegment data() {
        return data;
    }

    public long offset(int index) {
        return (long) index * bytesEach;
    }

    /** The datagram's own length, which may be more than was kept. */
    public int lengthBytes(int index) {
        return vector.get(ValueLayout.JAVA_INT, (long) index * MESSAGE_BYTES + LENGTH_AT);
    }

    public boolean isWhole(int index) {
        return lengthBytes(index) <= bytesEach;
    }

    /** When the kernel took the datagram, by CLOCK_REALTIME; 0 when it did not say. */
    public long arrivedNs(int index) {
        long at = (long) index * CONTROL_BYTES;
        if (vector.get(ValueLayout.JAVA_LONG, (long) index * MESSAGE_BYTES + CONTROL_LENGTH_AT) < CONTROL_BYTES
                || control.get(ValueLayout.JAVA_INT, at + 12) != SCM_TIMESTAMPNS) {
            return 0;
        }
        return control.get(ValueLayout.JAVA_LONG, at + 16) * 1_000_000_000L
                + control.get(ValueLayout.JAVA_LONG, at + 24);
    }
}
