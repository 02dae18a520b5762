package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Reads the dependency descriptors of one stream (AV1 RTP specification, appendix A.8): which layer a packet is of, and where
 * layers may begin. Keeps the newest template structure, which comes with key frames. Confined to one media loop.
 *
 * <pre>
 *  0                   1                   2
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3
 * |S|E| template  |         frame number          |  then, when there is more: five flags and what they announce
 * </pre>
 */
public final class DependencyDescriptor {
    private static final int MANDATORY_BYTES = 3;
    private static final int MAX_TEMPLATES = 64;
    private static final int MAX_TARGETS = 32;
    private static final int NOT_PRESENT = 0;
    private static final int SWITCH = 2;
    private static final int NEXT_TEMPORAL = 1;
    private static final int NEXT_SPATIAL = 2;
    private static final int NO_MORE = 3;

    private final byte[] spatial = new byte[MAX_TEMPLATES];
    private final byte[] temporal = new byte[MAX_TEMPLATES];
    private final boolean[] interPicture = new boolean[MAX_TEMPLATES];
    private final byte[] indications = new byte[MAX_TEMPLATES * MAX_TARGETS];
    private final byte[] custom = new byte[MAX_TARGETS];
    private final int[] targetSpatial = new int[MAX_TARGETS];
    private final int[] targetTemporal = new int[MAX_TARGETS];
    private final int[] dimensions = new int[PayloadDescription.MAX_LAYER + 1];
    private final int[] bits = new int[MAX_TEMPLATES];
    /** As {@link #present} and {@link #switches}, of a template's frames. */
    private final byte[] presentIn = new byte[MAX_TEMPLATES];

    private final byte[] switchesTo = new byte[MAX_TEMPLATES];
    /** Of each spatial layer the temporal layers that may begin with their next frame, bit by bit. */
    private final byte[] open = new byte[PayloadDescription.MAX_LAYER + 1];

    private long newest = Long.MIN_VALUE;
    private long structureSequence = Long.MIN_VALUE;
    /** Of the frame being read: bits of temporal layers. */
    private int present;

    private int switches;
    private int templates;
    private int targets;
    private int idOffset;

    /**
     * Reads one descriptor. Of a packet that comes behind later ones only the layer is told, and an older structure than the
     * one there is changes nothing: which layers may begin is a matter of order.
     *
     * @param sequence the packet's extended sequence number
     * @return the bits of a {@link PayloadDescription} that concern layers; 0 for a descriptor that breaks its format or has no
     *     structure yet
     */
    public int read(MemorySegment s, long off, int lengthBytes, long sequence) {
        if (lengthBytes < MANDATORY_BYTES) {
            return 0;
        }
        int first = Bytes.u8(s, off);
        int id = first & 0x3f;
        int known = lengthBytes == MANDATORY_BYTES ? ofTemplate(id) : readExtended(s, off, lengthBytes, id, sequence);
        if (known < 0) {
            return 0;
        }
        boolean starts = (first & 0x80) != 0;
        if (sequence < newest) {
            known &= ~PayloadDescription.SWITCH_UP;
        } else {
            newest = sequence;
            known |= starts ? onFrame(known) : 0;
        }
        return known
                | (starts ? PayloadDescription.FRAME_START : 0)
                | ((first & 0x40) != 0 ? PayloadDescription.FRAME_END : 0);
    }

    /** Largest size of a spatial layer's pictures as {@link Codec#dimensions} gives it, 0 when the structure does not tell. */
    public int dimensions(int ofSpatial) {
        return dimensions[ofSpatial];
    }

    /**
     * A frame is a switch point to higher temporal layers too (A.8.2.4): the next frame of such a layer then begins it. That
     * frame itself need not be one, libwebrtc's is "discardable".
     */
    private int onFrame(int frame) {
        int ofSpatial = PayloadDescription.spatial(frame);
        int ofTemporal = 1 << PayloadDescription.temporal(frame);
        boolean begins = (open[ofSpatial] & ofTemporal) != 0;
        open[ofSpatial] = (byte) (open[ofSpatial] & ~(present | ofTemporal) | switches & ~ofTemporal);
        return begins ? PayloadDescription.SWITCH_UP : 0;
    }

    private int ofTemplate(int id) {
        int index = id - idOffset & MAX_TEMPLATES - 1;
        if (index >= templates) {
            return -1;
        }
        present = presentIn[index];
        switches = switchesTo[index];
        return bits[index];
    }

    /** In which temporal layers of its spatial layer a frame is present, and to which of them it is a switch point. */
    private void indicate(int template, byte[] of, int at) {
        present = 0;
        switches = 0;
        for (int d = 0; d < targets; d++) {
            if (targetSpatial[d] == spatial[template] && of[at + d] != NOT_PRESENT) {
                int layer = 1 << Math.min(targetTemporal[d], PayloadDescription.MAX_LAYER);
                present |= layer;
                switches |= of[at + d] == SWITCH ? layer : 0;
            }
        }
    }

    private int readExtended(MemorySegment s, long off, int lengthBytes, int id, long sequence) {
        BitReader in = new BitReader(s, off + MANDATORY_BYTES, lengthBytes - MANDATORY_BYTES, false);
        boolean structure = in.flag();
        boolean activeTargets = in.flag();
        boolean customIndications = in.flag();
        boolean customReferences = in.flag();
        in.skip(1);
        if (structure) {
            if (sequence < structureSequence) {
                return -1;
            }
            structureSequence = sequence;
            if (!readStructure(in)) {
                templates = 0;
                return -1;
            }
        }
        if (activeTargets) {
            in.skip(targets);
        }
        int index = id - idOffset & MAX_TEMPLATES - 1;
        if (index >= templates) {
            return -1;
        }
        boolean inter = interPicture[index];
        if (!customIndications && !customReferences) {
            return ofTemplate(id);
        }
        System.arraycopy(indications, index * MAX_TARGETS, custom, 0, MAX_TARGETS);
        if (customIndications) {
            for (int i = 0; i < targets; i++) {
                custom[i] = (byte) in.bits(2);
            }
        }
        if (customReferences) {
            inter = readReferences(in, spatial[index]);
        }
        indicate(index, custom, 0);
        return in.overrun() ? -1 : bits(index, custom, 0, inter);
    }

    private static boolean readReferences(BitReader in, int layer) {
        boolean inter = false;
        int nibbles;
        while ((nibbles = (int) in.bits(2)) != 0 && !in.overrun()) {
            inter |= in.bits(4 * nibbles) + 1 > layer;
        }
        return inter;
    }

    /** Template dependency structure (A.8.2). False when it is cut off or has more than there may be. */
    private boolean readStructure(BitReader in) {
        idOffset = (int) in.bits(6);
        targets = (int) in.bits(5) + 1;
        if (!readLayers(in)) {
            return false;
        }
        for (int t = 0; t < templates; t++) {
            for (int d = 0; d < targets; d++) {
                indications[t * MAX_TARGETS + d] = (byte) in.bits(2);
            }
        }
        for (int t = 0; t < templates; t++) {
            interPicture[t] = false;
            while (in.flag() && !in.overrun()) {
                // Frames are numbered one by one: the lower layers of the same picture are as near as their number.
                interPicture[t] |= in.bits(4) + 1 > spatial[t];
            }
        }
        skipChains(in);
        if (in.overrun()) {
            return false;
        }
        readResolutions(in);
        findTargets();
        Arrays.fill(open, (byte) 0);
        for (int t = 0; t < templates; t++) {
            bits[t] = bits(t, indications, t * MAX_TARGETS, interPicture[t]);
            indicate(t, indications, t * MAX_TARGETS);
            presentIn[t] = (byte) present;
            switchesTo[t] = (byte) switches;
        }
        return true;
    }

    private boolean readLayers(BitReader in) {
        int nowSpatial = 0;
        int nowTemporal = 0;
        int next;
        templates = 0;
        do {
            if (templates == MAX_TEMPLATES || in.overrun()) {
                return false;
            }
            spatial[templates] = (byte) nowSpatial;
            temporal[templates] = (byte) nowTemporal;
            templates++;
            next = (int) in.bits(2);
            if (next == NEXT_TEMPORAL) {
                nowTemporal++;
            } else if (next == NEXT_SPATIAL) {
                nowTemporal = 0;
                nowSpatial++;
            }
        } while (next != NO_MORE);
        return true;
    }

    private void skipChains(BitReader in) {
        int chains = nonSymmetric(in, targets + 1);
        if (chains == 0) {
            return;
        }
        for (int d = 0; d < targets; d++) {
            nonSymmetric(in, chains);
        }
        in.skip(4 * templates * chains);
    }

    /** ns(n) of the AV1 bitstream specification, section 4.10.7. */
    private static int nonSymmetric(BitReader in, int n) {
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(n);
        int shorter = (1 << width) - n;
        int value = (int) in.bits(width - 1);
        return value < shorter ? value : (value << 1) - shorter + (int) in.bits(1);
    }

    private void readResolutions(BitReader in) {
        Arrays.fill(dimensions, 0);
        if (!in.flag()) {
            return;
        }
        int layers = spatial[templates - 1] + 1;
        for (int i = 0; i < layers && !in.overrun(); i++) {
            long width = in.bits(16) + 1;
            long height = in.bits(16) + 1;
            if (i < dimensions.length && !in.overrun()) {
                dimensions[i] = Codec.packDimensions(width, height);
            }
        }
    }

    /** Each target's layers are the highest of the frames that are present in it (A.8.2.6). */
    private void findTargets() {
        for (int d = 0; d < targets; d++) {
            targetSpatial[d] = 0;
            targetTemporal[d] = 0;
            for (int t = 0; t < templates; t++) {
                if (indications[t * MAX_TARGETS + d] != NOT_PRESENT) {
                    targetSpatial[d] = Math.max(targetSpatial[d], spatial[t]);
                    targetTemporal[d] = Math.max(targetTemporal[d], temporal[t]);
                }
            }
        }
    }

    private int bits(int template, byte[] of, int at, boolean inter) {
        boolean switches = false;
        boolean forUpper = false;
        for (int d = 0; d < targets; d++) {
            int indication = of[at + d];
            switches |= indication == SWITCH
                    && targetSpatial[d] == spatial[template]
                    && targetTemporal[d] == temporal[template];
            forUpper |= indication != NOT_PRESENT && targetSpatial[d] > spatial[template];
        }
        return PayloadDescription.layers(spatial[template], temporal[template])
                | (switches ? PayloadDescription.SWITCH_UP : 0)
                | (forUpper ? 0 : PayloadDescription.NOT_FOR_UPPER)
                | (inter ? PayloadDescription.INTER_PICTURE : 0);
    }
}
