package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.EgressBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The newest protected packets of one track on their way to one player that knows no RTX: repeated as they were, byte for
 * byte, because SRTP must never protect two packets of one index (RFC 3711 section 9.1). Confined to one media loop.
 */
final class RepeatablePackets {
    /** A quarter of a second of 2.5 Mbit/s, in 96 KiB: there are few such players, and fewer that lose something. */
    static final int CAPACITY = 64;

    private static final int UNUSED = -1;

    private final MemorySegment memory = Arena.ofAuto().allocate((long) CAPACITY * EgressBatch.MAX_DATAGRAM_BYTES, 64);
    private final int[] sequences = new int[CAPACITY];
    private final int[] lengths = new int[CAPACITY];

    RepeatablePackets() {
        Arrays.fill(sequences, UNUSED);
    }

    /** Keeps a packet that was protected. */
    void put(MemorySegment segment, long at, int lengthBytes) {
        int sequence = Bytes.u16(segment, at + 2);
        int slot = sequence % CAPACITY;
        Bytes.copy(segment, at, memory, (long) slot * EgressBatch.MAX_DATAGRAM_BYTES, lengthBytes);
        sequences[slot] = sequence;
        lengths[slot] = lengthBytes;
    }

    /** The length of the packet with this number; 0 when it is not here. */
    int lengthOf(int sequence) {
        int slot = sequence % CAPACITY;
        return sequences[slot] == sequence ? lengths[slot] : 0;
    }

    /** Writes the packet that {@link #lengthOf} found. */
    void copy(int sequence, MemorySegment to, long at) {
        int slot = sequence % CAPACITY;
        Bytes.copy(memory, (long) slot * EgressBatch.MAX_DATAGRAM_BYTES, to, at, lengths[slot]);
    }
}
