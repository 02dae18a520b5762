package dev.sluice.engine.peer;

import dev.sluice.engine.rtp.RtpHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Packets of one track that wait for one before them, by sequence number. Confined to one media loop. */
final class HeldPackets {
    /** The wait's length at 10 Mbit/s; above that it is cut short. */
    static final int CAPACITY = 128;
    /** As long as what a socket hands over. */
    static final int SLOT_BYTES = 2048;

    private final int[] lengths = new int[CAPACITY];
    /** Of 256 KiB, which most publishers on good ways never need. */
    private MemorySegment memory;

    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    boolean has(long sequence) {
        return lengths[slot(sequence)] != 0;
    }

    /** Copies a packet; at most {@link #CAPACITY} numbers lie between the lowest and the highest that are held. */
    void put(RtpHeader header, long sequence) {
        if (memory == null) {
            memory = Arena.ofAuto().allocate((long) CAPACITY * SLOT_BYTES, 64);
        }
        int slot = slot(sequence);
        MemorySegment.copy(header.segment(), header.offset(), memory, (long) slot * SLOT_BYTES, header.lengthBytes());
        lengths[slot] = header.lengthBytes();
        count++;
    }

    /** Lays the view over the packet, which is held no longer: good until the next {@link #put}. */
    void take(long sequence, RtpHeader to) {
        int slot = slot(sequence);
        to.parse(memory, (long) slot * SLOT_BYTES, lengths[slot]);
        lengths[slot] = 0;
        count--;
    }

    private static int slot(long sequence) {
        return (int) sequence & CAPACITY - 1;
    }
}
