package dev.sluice.engine.rtp;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;

/**
 * Redundant audio (RFC 2198 section 3): block heads, then the blocks, the primary one last. Stateless.
 *
 * <pre>
 *  |1|  block PT   |  timestamp offset (14)    |  block length (10) |   each redundant block
 *  |0|  block PT   |                                                  the primary block
 * </pre>
 */
final class RedPayload {
    private static final int MORE = 0x80;
    private static final int REDUNDANT_HEAD_BYTES = 4;

    private RedPayload() {}

    static int describe(MemorySegment s, long off, int len) {
        int at = 0;
        int redundantBytes = 0;
        while (at < len && (Bytes.u8(s, off + at) & MORE) != 0) {
            if (at + REDUNDANT_HEAD_BYTES > len) {
                return PayloadDescription.red(0);
            }
            redundantBytes += Bytes.u16(s, off + at + 2) & 0x03ff;
            at += REDUNDANT_HEAD_BYTES;
        }
        int primary = at + 1 + redundantBytes;
        return PayloadDescription.red(primary > len || primary > PayloadDescription.MAX_PRIMARY_OFFSET ? 0 : primary);
    }

    /**
     * Gives every block the payload type that the player knows the inner codec by. For a payload that {@link #describe}
     * found whole.
     */
    static void setPayloadType(MemorySegment s, long off, int payloadType) {
        long at = off;
        while ((Bytes.u8(s, at) & MORE) != 0) {
            Bytes.put8(s, at, MORE | payloadType);
            at += REDUNDANT_HEAD_BYTES;
        }
        Bytes.put8(s, at, payloadType);
    }
}
