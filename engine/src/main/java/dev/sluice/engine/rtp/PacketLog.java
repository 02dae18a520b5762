package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The packets of one track layer in a ring of memory, in order of arrival: fan-out queue, border between threads and
 * history in one. Safe for many threads: one media loop writes, any number of threads read, nobody waits for anybody.
 *
 * <p>Positions are bytes since the log began and only grow; the ring index is the position modulo the capacity. As in
 * Aeron's broadcast buffer the writer first says up to where it will write ({@code intent}), then writes, then publishes
 * the {@code tail}. A reader copies first and asks {@link PacketLogReader#valid()} after: when the writer's intent had come within a
 * capacity of the record, the reader was <em>lapped</em> and the copy is worth nothing.
 *
 * <pre>
 *  0  record length, a multiple of 64; negative: filler up to the ring's end
 *  4  payload description
 *  8  extended sequence number
 * 16  arrival, ns
 * 24  RTP timestamp
 * 28  payload length   30  extension length
 * 32  padding length   33  marker and payload type
 * 34  in the first record of a run that is whole: the longest extension, payload and padding of one in it; else 0
 * 40  extension elements the players may get: type's ordinal, length, data; then payload; then padding
 * </pre>
 */
public final class PacketLog {
    static final int HEAD_BYTES = 40;
    /** So that a record's head never straddles the ring's end, and records share no cache line. */
    static final int ALIGNMENT = 64;

    private static final int MIN_CAPACITY_BYTES = 1024;
    /** Video packets are longer; what is shorter is found for the last {@code capacity / 1024} packets only. */
    private static final int BYTES_PER_POSITION = 1024;

    private static final ExtensionType[] TYPES = ExtensionType.values();
    private static final VarHandle INTENT;
    private static final VarHandle TAIL;
    private static final VarHandle KEY_FRAME;
    private static final VarHandle REFERENCES;
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INTENT = lookup.findVarHandle(PacketLog.class, "intent", long.class);
            TAIL = lookup.findVarHandle(PacketLog.class, "tail", long.class);
            KEY_FRAME = lookup.findVarHandle(PacketLog.class, "keyFrame", long.class);
            REFERENCES = lookup.findVarHandle(PacketLog.class, "references", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemorySegment memory;
    private final long capacity;
    /** Where the packet with a sequence number went, by its last bits: one look-up for the retransmissions of all players. */
    private final long[] positions;

    private final Runnable onFree;
    private final long[] elementOffsets = new long[TYPES.length];
    private final int[] elementLengths = new int[TYPES.length];
    private long keyFrameTimestamp = -1;
    private boolean startedKeyFrame;
    private long runStart;
    private int runLongest;

    private long intent;
    private long tail;
    private long keyFrame = -1;
    private int references = 1;

    /**
     * Makes an empty log, held once by its writer.
     *
     * @param memory the ring, a power of two of at least 1,024 bytes; given back when {@code onFree} runs
     * @param onFree called once, by whoever releases last
     */
    public PacketLog(MemorySegment memory, Runnable onFree) {
        capacity = memory.byteSize();
        if (capacity < MIN_CAPACITY_BYTES || Long.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("a log needs a power of two of bytes from 1024, not " + capacity);
        }
        this.memory = memory;
        this.positions = new long[(int) (capacity / BYTES_PER_POSITION)];
        this.onFree = onFree;
    }

    /** Most bytes one record may take, head included: a quarter of the ring. */
    public long maxRecordBytes() {
        return capacity / 4;
    }

    /**
     * Appends a packet; the writer's side. Elements of the header extension are kept by type, except those that are made
     * anew for each player (mid, abs-send-time, transport-cc), those that name a layer and those not negotiated.
     *
     * @param header laid over the packet, which is copied
     * @param ids the publisher's extension ids
     * @param description of the payload, by {@link Codec#describe}
     * @return the record's position, or the code of {@link DropReason#LOG_TOO_LARGE}
     */
    public long append(RtpHeader header, ExtensionMap ids, int description, long extendedSequence, long arrivalNs) {
        startedKeyFrame = false;
        int extensionBytes = header.extensionLength() == 0 ? 0 : collectElements(header, ids);
        int payloadBytes = header.payloadLength();
        int paddingBytes = header.paddingLength();
        int usedBytes = HEAD_BYTES + extensionBytes + payloadBytes + paddingBytes;
        int recordBytes = usedBytes + ALIGNMENT - 1 & -ALIGNMENT;
        if (recordBytes > maxRecordBytes()) {
            return DropReason.LOG_TOO_LARGE.code();
        }
        long position = claim(recordBytes);
        long at = position & capacity - 1;
        startedKeyFrame = startsKeyFrame(description, header.timestamp());
        Bytes.put32(memory, at, recordBytes);
        Bytes.put32(memory, at + 4, startedKeyFrame ? description : description & ~PayloadDescription.KEY_FRAME_START);
        Bytes.put64(memory, at + 8, extendedSequence);
        Bytes.put64(memory, at + 16, arrivalNs);
        Bytes.put32(memory, at + 24, header.timestamp());
        Bytes.put32(memory, at + 28, (long) payloadBytes << 16 | extensionBytes);
        Bytes.put8(memory, at + 32, paddingBytes);
        Bytes.put8(memory, at + 33, (header.marker() ? 0x80 : 0) | header.payloadType());
        Bytes.put16(memory, at + 34, 0);
        if (runLongest == 0) {
            runStart = position;
        }
        runLongest = Math.max(runLongest, usedBytes - HEAD_BYTES);
        if (extensionBytes != 0) {
            writeElements(header.segment(), at + HEAD_BYTES);
        }
        Bytes.copy(
                header.segment(),
                header.payloadOffset(),
                memory,
                at + HEAD_BYTES + extensionBytes,
                payloadBytes + paddingBytes);
        TAIL.setRelease(this, position + recordBytes);
        ELEMENT.setRelease(positions, (int) extendedSequence & positions.length - 1, position);
        if (startedKeyFrame) {
            // After the tail: who sees the key frame also sees that it is published.
            KEY_FRAME.setRelease(this, position);
        }
        return position;
    }

    /**
     * Says that what was appended since the last call is one run, a frame most often: its readers learn with the first
     * record how long the longest is. The writer's side.
     */
    public void endRun() {
        if (runLongest != 0 && tail - runStart <= capacity) {
            Bytes.put16(memory, (runStart & capacity - 1) + 34, runLongest);
        }
        runLongest = 0;
    }

    /**
     * Whether the last append recorded its packet as the start of a key frame; the writer's side. Of a key frame's packets
     * that look like a start (H.264: each parameter set, then each slice) only the first is.
     */
    public boolean startedKeyFrame() {
        return startedKeyFrame;
    }

    /** Where the next record will be: readers that start here see what comes from now on. */
    public long position() {
        return (long) TAIL.getAcquire(this);
    }

    /** Where the newest key frame starts, or −1 when there was none or it is no longer in the log. */
    public long keyFramePosition() {
        long position = (long) KEY_FRAME.getAcquire(this);
        return position >= 0 && isIntact(position) ? position : -1;
    }

    /**
     * Where the packet with this number may be, if it is still there: {@link PacketLogReader#find} looks. Newer ones with the
     * same last bits take its place.
     */
    long positionOf(long extendedSequence) {
        return (long) ELEMENT.getAcquire(positions, (int) extendedSequence & positions.length - 1);
    }

    /** Keeps the memory until {@link #release()}; false when it is gone already. */
    public boolean tryRetain() {
        int held;
        do {
            held = (int) REFERENCES.getAcquire(this);
            if (held == 0) {
                return false;
            }
        } while (!REFERENCES.compareAndSet(this, held, held + 1));
        return true;
    }

    /** Gives up one hold. After the last one the log must not be touched. */
    public void release() {
        int before = (int) REFERENCES.getAndAdd(this, -1);
        if (before == 1) {
            onFree.run();
        } else if (before < 1) {
            throw new IllegalStateException("a packet log was released more often than held");
        }
    }

    /** Whether somebody but its writer holds it. */
    public boolean isRead() {
        return (int) REFERENCES.getAcquire(this) > 1;
    }

    MemorySegment memory() {
        return memory;
    }

    /** Bytes of the ring, a power of two. */
    long capacity() {
        return capacity;
    }

    /** Announces the bytes about to be overwritten, fills up the ring's end if the record does not fit there. */
    private long claim(int recordBytes) {
        long start = tail;
        long toEnd = capacity - (start & capacity - 1);
        long position = recordBytes <= toEnd ? start : start + toEnd;
        INTENT.setOpaque(this, position + recordBytes);
        VarHandle.storeStoreFence();
        if (position != start) {
            Bytes.put32(memory, start & capacity - 1, -toEnd);
        }
        return position;
    }

    /** One start per timestamp: what follows a parameter set, an IDR slice for one, belongs to the same key frame. */
    private boolean startsKeyFrame(int description, long timestamp) {
        if (!PayloadDescription.startsKeyFrame(description) || timestamp == keyFrameTimestamp) {
            return false;
        }
        keyFrameTimestamp = timestamp;
        return true;
    }

    private int collectElements(RtpHeader header, ExtensionMap ids) {
        int bytes = 0;
        Arrays.fill(elementOffsets, -1);
        header.rewindElements();
        while (header.nextElement()) {
            ExtensionType type = ids.type(header.elementId());
            if (type != null && isKept(type) && elementOffsets[type.ordinal()] < 0) {
                elementOffsets[type.ordinal()] = header.elementOffset();
                elementLengths[type.ordinal()] = header.elementLength();
                bytes += 2 + header.elementLength();
            }
        }
        return bytes;
    }

    private static boolean isKept(ExtensionType type) {
        return switch (type) {
            case MID, RID, REPAIRED_RID, ABS_SEND_TIME, TRANSPORT_CC -> false;
            default -> true;
        };
    }

    private void writeElements(MemorySegment from, long offset) {
        long at = offset;
        for (int ordinal = 0; ordinal < elementOffsets.length; ordinal++) {
            if (elementOffsets[ordinal] >= 0) {
                int length = elementLengths[ordinal];
                Bytes.put8(memory, at, ordinal);
                Bytes.put8(memory, at + 1, length);
                Bytes.copy(from, elementOffsets[ordinal], memory, at + 2, length);
                at += 2 + length;
            }
        }
    }

    /** Whether the writer has not begun to overwrite the record at this position. */
    boolean isIntact(long position) {
        VarHandle.loadLoadFence();
        return (long) INTENT.getOpaque(this) - position <= capacity;
    }
}
