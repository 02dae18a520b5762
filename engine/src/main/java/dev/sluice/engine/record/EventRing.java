package dev.sluice.engine.record;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Events on their way from a loop to the thread that writes them to a file. Nobody waits: what finds no room is missed, and
 * the next event that does says how many were. Safe for two threads: one media loop puts, one thread polls.
 *
 * <pre>
 *  0  record length, a multiple of 8; negative: filler up to the ring's end
 *  4  kind   5  source   6  payload length
 *  8  time, ns
 * 16  payload
 * </pre>
 */
public final class EventRing {
    private static final int HEAD_BYTES = 16;
    private static final int MAX_PAYLOAD_BYTES = 0xffff;
    private static final int MISSED_BYTES = HEAD_BYTES + Long.BYTES;

    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle LONGS = view(long[].class);
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle MISSED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(EventRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(EventRing.class, "tail", long.class);
            MISSED = lookup.findVarHandle(EventRing.class, "missed", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final byte[] bytes;
    private final int mask;
    private long head;
    private long tail;
    private long missed;
    private long toldMissed;

    /** @param capacityBytes a power of two */
    public EventRing(int capacityBytes) {
        if (capacityBytes < 1024 || Integer.bitCount(capacityBytes) != 1) {
            throw new IllegalArgumentException("a ring needs a power of two of bytes from 1024, not " + capacityBytes);
        }
        bytes = new byte[capacityBytes];
        mask = capacityBytes - 1;
    }

    private static VarHandle view(Class<?> type) {
        return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
    }

    /** A packet's bytes; the loop's side. */
    public void putPacket(int source, EventKind kind, long atNs, MemorySegment segment, long offset, int lengthBytes) {
        int at = claim(lengthBytes);
        if (at >= 0) {
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, bytes, at + HEAD_BYTES, lengthBytes);
            publish(at, source, kind, atNs, lengthBytes);
        }
    }

    /** An event without values; the loop's side. */
    public void put(int source, EventKind kind, long atNs) {
        int at = claim(0);
        if (at >= 0) {
            publish(at, source, kind, atNs, 0);
        }
    }

    /** An event with one value; the loop's side. */
    public void put(int source, EventKind kind, long atNs, long value) {
        int at = claim(Long.BYTES);
        if (at >= 0) {
            LONGS.set(bytes, at + HEAD_BYTES, value);
            publish(at, source, kind, atNs, Long.BYTES);
        }
    }

    /** An event with up to five values; the loop's side. */
    public void put(int source, EventKind kind, long atNs, long a, long b, long c, long d, long e) {
        int at = claim(5 * Long.BYTES);
        if (at >= 0) {
            LONGS.set(bytes, at + HEAD_BYTES, a);
            LONGS.set(bytes, at + HEAD_BYTES + 8, b);
            LONGS.set(bytes, at + HEAD_BYTES + 16, c);
            LONGS.set(bytes, at + HEAD_BYTES + 24, d);
            LONGS.set(bytes, at + HEAD_BYTES + 32, e);
            publish(at, source, kind, atNs, 5 * Long.BYTES);
        }
    }

    /** Events that found no room. Safe for many threads. */
    public long missed() {
        return (long) MISSED.getOpaque(this);
    }

    /** Where the next record may be written, behind the news of missed ones; −1 when it is missed itself. */
    private int claim(int payloadBytes) {
        int needed = recordBytes(payloadBytes);
        boolean mustTell = missed != toldMissed;
        if (payloadBytes > MAX_PAYLOAD_BYTES || !hasRoom(needed + (mustTell ? MISSED_BYTES : 0))) {
            MISSED.setOpaque(this, missed + 1);
            return -1;
        }
        if (mustTell) {
            int at = position(MISSED_BYTES);
            LONGS.set(bytes, at + HEAD_BYTES, missed - toldMissed);
            toldMissed = missed;
            publish(at, 0, EventKind.MISSED, 0, Long.BYTES);
        }
        return position(needed);
    }

    private static int recordBytes(int payloadBytes) {
        return HEAD_BYTES + payloadBytes + 7 & -8;
    }

    /** Fillers may take as much once for each record. */
    private boolean hasRoom(int neededBytes) {
        return bytes.length - (head - (long) TAIL.getAcquire(this)) >= 2L * neededBytes;
    }

    /** Of a record that fits; what is left up to the ring's end is filled when it does not fit there. */
    private int position(int neededBytes) {
        int at = (int) head & mask;
        if (at + neededBytes <= bytes.length) {
            return at;
        }
        INTS.set(bytes, at, at - bytes.length);
        HEAD.setRelease(this, head + bytes.length - at);
        return 0;
    }

    private void publish(int at, int source, EventKind kind, long atNs, int payloadBytes) {
        int needed = recordBytes(payloadBytes);
        INTS.set(bytes, at, needed);
        bytes[at + 4] = (byte) kind.ordinal();
        bytes[at + 5] = (byte) source;
        SHORTS.set(bytes, at + 6, (short) payloadBytes);
        LONGS.set(bytes, at + 8, atNs);
        HEAD.setRelease(this, head + needed);
    }

    /** The oldest event, or null; the other side. */
    public RecordedEvent poll() {
        while (tail != (long) HEAD.getAcquire(this)) {
            int at = (int) tail & mask;
            int record = (int) INTS.get(bytes, at);
            if (record < 0) {
                TAIL.setRelease(this, tail - record);
                continue;
            }
            int length = (short) SHORTS.get(bytes, at + 6) & 0xffff;
            byte[] payload = new byte[length];
            System.arraycopy(bytes, at + HEAD_BYTES, payload, 0, length);
            RecordedEvent event = new RecordedEvent(
                    bytes[at + 5], EventKind.of(bytes[at + 4]), (long) LONGS.get(bytes, at + 8), payload);
            TAIL.setRelease(this, tail + record);
            return event;
        }
        return null;
    }
}
