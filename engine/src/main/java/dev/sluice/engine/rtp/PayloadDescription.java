package dev.sluice.engine.rtp;

/**
 * What the path needs to know of a payload, found once where the packet comes in, and kept as one int beside it in the
 * log: so that the work per player is to patch bytes at known places. Stateless.
 *
 * <pre>
 * bit 0      first packet of a key frame that a decoder can start with
 * bit 1      carries the picture's width and height
 * bit 2      RED (RFC 2198)
 * bit 3      the picture id has 15 bits, else 7
 * bits 8–11  offset of the picture id in the payload, 0: none
 * bits 12–15 offset of TL0PICIDX, 0: none
 * bits 16–19 offset of VP8's KEYIDX, 0: none
 * bits 20–31 of sound: offset of RED's primary block, 0: malformed
 * bits 20–21 of pictures: temporal layer; bits 22–23 spatial layer
 * bit 24     who has got everything of lower temporal layers may get this one's from here on
 * bit 25     higher spatial layers of the same picture do without this frame
 * bit 26     first packet of a layer's frame
 * bit 27     last packet of a layer's frame
 * bit 28     depends on earlier pictures
 * </pre>
 */
public final class PayloadDescription {
    /** Nothing known: a packet in the middle of a frame, audio, or a payload that breaks its format. */
    public static final int NONE = 0;

    public static final int KEY_FRAME_START = 1;
    public static final int DIMENSIONS = 1 << 1;
    public static final int RED = 1 << 2;
    static final int LONG_PICTURE_ID = 1 << 3;

    /** The largest offset of a RED primary block that can be kept; every datagram of a WebRTC sender is shorter. */
    static final int MAX_PRIMARY_OFFSET = 0xfff;

    private static final int PICTURE_ID_SHIFT = 8;
    private static final int TL0_SHIFT = 12;
    private static final int KEY_INDEX_SHIFT = 16;
    private static final int PRIMARY_SHIFT = 20;

    static final int SWITCH_UP = 1 << 24;
    static final int NOT_FOR_UPPER = 1 << 25;
    static final int FRAME_START = 1 << 26;
    static final int FRAME_END = 1 << 27;
    static final int INTER_PICTURE = 1 << 28;
    /** Numbers of layers above are taken for this one. */
    static final int MAX_LAYER = 3;

    private static final int TEMPORAL_SHIFT = 20;
    private static final int SPATIAL_SHIFT = 22;

    private PayloadDescription() {}

    /** Of a picture's packet. */
    public static int temporal(int description) {
        return description >>> TEMPORAL_SHIFT & MAX_LAYER;
    }

    /** Of a picture's packet. */
    public static int spatial(int description) {
        return description >>> SPATIAL_SHIFT & MAX_LAYER;
    }

    /** Whether a picture's packet is of a higher layer than the lowest. */
    public static boolean isUpperLayer(int description) {
        return (description & 0xf << TEMPORAL_SHIFT) != 0;
    }

    static int layers(int spatial, int temporal) {
        return Math.min(temporal, MAX_LAYER) << TEMPORAL_SHIFT | Math.min(spatial, MAX_LAYER) << SPATIAL_SHIFT;
    }

    static boolean has(int description, int flag) {
        return (description & flag) != 0;
    }

    public static boolean startsKeyFrame(int description) {
        return (description & KEY_FRAME_START) != 0;
    }

    public static boolean carriesDimensions(int description) {
        return (description & DIMENSIONS) != 0;
    }

    public static boolean isRed(int description) {
        return (description & RED) != 0;
    }

    static int counters(int pictureIdOffset, boolean longPictureId, int tl0Offset, int keyIndexOffset) {
        return (longPictureId ? LONG_PICTURE_ID : 0)
                | pictureIdOffset << PICTURE_ID_SHIFT
                | tl0Offset << TL0_SHIFT
                | keyIndexOffset << KEY_INDEX_SHIFT;
    }

    static int red(int primaryOffset) {
        return RED | primaryOffset << PRIMARY_SHIFT;
    }

    /** Whether there is any counter to rewrite. */
    static boolean hasCounters(int description) {
        return (description & 0xfff << PICTURE_ID_SHIFT) != 0;
    }

    static boolean hasLongPictureId(int description) {
        return (description & LONG_PICTURE_ID) != 0;
    }

    static int pictureIdOffset(int description) {
        return description >>> PICTURE_ID_SHIFT & 0x0f;
    }

    static int tl0Offset(int description) {
        return description >>> TL0_SHIFT & 0x0f;
    }

    static int keyIndexOffset(int description) {
        return description >>> KEY_INDEX_SHIFT & 0x0f;
    }

    static int primaryOffset(int description) {
        return description >>> PRIMARY_SHIFT;
    }
}
