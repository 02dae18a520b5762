package dev.sluice.benchmarks;

import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.ExtensionMap;
import dev.sluice.engine.rtp.ExtensionType;
import dev.sluice.engine.sdp.HeaderExtensions;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;

/** A packet as Chromium sends it: with the header extensions it negotiates by default (RFC 8285, one-byte form). Immutable. */
public enum Sample {
    /** 20 ms of sound at 64 kbit/s. */
    OPUS(Codec.OPUS, 111, 160),
    /** A packet of a picture that fills the path's MTU, but the start of none. */
    VP8(Codec.VP8, 96, 1_200);

    /** The publisher's ids; players get the same. */
    public static final HeaderExtensions EXTENSIONS = HeaderExtensions.of(Map.of(
            ExtensionType.AUDIO_LEVEL, 1,
            ExtensionType.ABS_SEND_TIME, 2,
            ExtensionType.TRANSPORT_CC, 3,
            ExtensionType.MID, 4));

    static final long SSRC = 0x5eed;

    private static final int FIXED_BYTES = 12;

    private final Codec codec;
    private final int payloadType;
    private final int payloadBytes;

    Sample(Codec codec, int payloadType, int payloadBytes) {
        this.codec = codec;
        this.payloadType = payloadType;
        this.payloadBytes = payloadBytes;
    }

    Codec codec() {
        return codec;
    }

    int payloadType() {
        return payloadType;
    }

    static ExtensionMap ids() {
        return new ExtensionMap(EXTENSIONS::id);
    }

    /** A packet with sequence number and timestamp 0. */
    byte[] packet() {
        return packet(payload(payloadBytes, false));
    }

    /** The same, for video the start of a key frame. */
    byte[] keyFrame() {
        return packet(payload(payloadBytes, true));
    }

    /** A payload of another length than the usual. */
    public byte[] payload(int lengthBytes, boolean keyFrame) {
        byte[] payload = new byte[lengthBytes];
        new Random(lengthBytes).nextBytes(payload);
        if (codec == Codec.VP8) {
            writeVp8Head(payload, keyFrame);
        }
        return payload;
    }

    /** The packet with this payload, its sequence number and timestamp 0. */
    public byte[] packet(byte[] payload) {
        byte[] elements = elements();
        return ByteBuffer.allocate(FIXED_BYTES + 4 + elements.length + payload.length)
                .put((byte) 0x90)
                .put((byte) payloadType)
                .putShort((short) 0)
                .putInt(0)
                .putInt((int) SSRC)
                .putShort((short) 0xbede)
                .putShort((short) (elements.length / 4))
                .put(elements)
                .put(payload)
                .array();
    }

    /** Sound: audio level, abs-send-time, transport-cc, mid; video the same without the level. */
    private byte[] elements() {
        byte[] level = codec.isVideo() ? new byte[0] : new byte[] {0x10, 0x55};
        byte[] others = {0x22, 1, 2, 3, 0x31, 0, 9, 0x40, '0'};
        int bytes = level.length + others.length + 3 & ~3;
        return ByteBuffer.allocate(bytes).put(level).put(others).array();
    }

    /**
     * A payload descriptor with a 15-bit picture id and TL0PICIDX (RFC 7741 section 4.2), then the frame's own header, whose
     * lowest bit is 0 in a key frame (RFC 6386 section 9.1).
     */
    private static void writeVp8Head(byte[] payload, boolean keyFrame) {
        byte[] head = {(byte) (keyFrame ? 0x90 : 0x80), (byte) 0xe0, (byte) 0x81, 0x23, 5, 0};
        byte[] frame = keyFrame
                ? new byte[] {0x10, 0, 0, (byte) 0x9d, 0x01, 0x2a, (byte) 0x80, 2, 0x68, 1}
                : new byte[] {0x11, 0, 0};
        System.arraycopy(head, 0, payload, 0, head.length);
        System.arraycopy(frame, 0, payload, head.length, frame.length);
    }
}
