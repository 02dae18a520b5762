package dev.sluice.engine.buffer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Unaligned big-endian (network order) access to packet memory. Stateless. */
public final class Bytes {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    public static int u8(MemorySegment segment, long offset) {
        return segment.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    public static int u16(MemorySegment segment, long offset) {
        return segment.get(SHORT, offset) & 0xffff;
    }

    public static int u24(MemorySegment segment, long offset) {
        return u16(segment, offset) << 8 | u8(segment, offset + 2);
    }

    /** Four bytes as a signed int, for bit patterns such as a magic cookie. */
    public static int i32(MemorySegment segment, long offset) {
        return segment.get(INT, offset);
    }

    /** Four bytes as 0 … 2^32−1. */
    public static long u32(MemorySegment segment, long offset) {
        return segment.get(INT, offset) & 0xffff_ffffL;
    }

    public static long i64(MemorySegment segment, long offset) {
        return segment.get(LONG, offset);
    }

    public static void put8(MemorySegment segment, long offset, int value) {
        segment.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    public static void put16(MemorySegment segment, long offset, int value) {
        segment.set(SHORT, offset, (short) value);
    }

    public static void put24(MemorySegment segment, long offset, int value) {
        put16(segment, offset, value >> 8);
        put8(segment, offset + 2, value);
    }

    public static void put32(MemorySegment segment, long offset, long value) {
        segment.set(INT, offset, (int) value);
    }

    public static void put64(MemorySegment segment, long offset, long value) {
        segment.set(LONG, offset, value);
    }

    public static void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long lengthBytes) {
        MemorySegment.copy(from, fromOffset, to, toOffset, lengthBytes);
    }
}
