package dev.sluice.engine.record;

import java.nio.ByteBuffer;

/**
 * One event of a recording. Immutable, its payload is not copied.
 *
 * @param source which peer, {@link #PUBLISHER} or {@link #PLAYER}
 * @param atNs the loop's time
 * @param payload a packet, or values
 */
public record RecordedEvent(int source, EventKind kind, long atNs, byte[] payload) {
    public static final int PUBLISHER = 0;
    public static final int PLAYER = 1;

    /** 0 for one that is not there. */
    public long value(int index) {
        return (index + 1) * Long.BYTES > payload.length
                ? 0
                : ByteBuffer.wrap(payload).getLong(index * Long.BYTES);
    }
}
