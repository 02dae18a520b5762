package dev.sluice.engine.threats;

import java.nio.ByteBuffer;

/** Plain RTP and RTCP made by hand. Stateless. */
final class Packets {
    static final int AUDIO_SSRC = 1_111;
    static final int VIDEO_SSRC = 2_222;
    static final int AUDIO_TYPE = 111;
    static final int VIDEO_TYPE = 96;

    /** Descriptor with picture id 1, then a frame head of a key frame, 640 × 360 (RFC 7741 section 4, RFC 6386 section 9.1). */
    private static final byte[] VP8_KEY = {
        (byte) 0x90, (byte) 0x80, (byte) 0x80, 1, 0x10, 0, 0, (byte) 0x9d, 0x01, 0x2a, (byte) 0x80, 2, 0x68, 1, 1, 2
    };

    private Packets() {}

    static byte[] rtp(int payloadType, int sequence, long timestamp, int ssrc, byte... payload) {
        return ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) payloadType)
                .putShort((short) sequence)
                .putInt((int) timestamp)
                .putInt(ssrc)
                .put(payload)
                .array();
    }

    /** Sound whose payload names its number. */
    static byte[] opus(int number) {
        return opus(number, number);
    }

    static byte[] opus(int sequence, int number) {
        byte[] payload = {(byte) 0xfc, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        return rtp(AUDIO_TYPE, sequence, number * 960L, AUDIO_SSRC, payload);
    }

    static byte[] vp8KeyFrame(int sequence) {
        return rtp(VIDEO_TYPE, sequence, sequence * 3_000L, VIDEO_SSRC, VP8_KEY);
    }

    /** The number of a sound packet. */
    static int number(byte[] opus) {
        int at = opus.length - 3;
        return (opus[at] & 0xff) << 16 | (opus[at + 1] & 0xff) << 8 | opus[at + 2] & 0xff;
    }

    static int payloadType(byte[] rtp) {
        return rtp[1] & 0x7f;
    }

    static int sequence(byte[] rtp) {
        return (rtp[2] & 0xff) << 8 | rtp[3] & 0xff;
    }

    static boolean isRtcp(byte[] datagram) {
        return (datagram[1] & 0xe0) == 0xc0;
    }

    /** An empty receiver report, then BYE of this SSRC. */
    static byte[] bye(int ssrc) {
        return ByteBuffer.allocate(16)
                .putInt(0x80c90001)
                .putInt(ssrc)
                .putInt(0x81cb0001)
                .putInt(ssrc)
                .array();
    }

    /** An empty receiver report, then a picture loss indication (RFC 4585 section 6.3.1). */
    static byte[] pli(int senderSsrc, int mediaSsrc) {
        return ByteBuffer.allocate(20)
                .putInt(0x80c90001)
                .putInt(senderSsrc)
                .putInt(0x81ce0002)
                .putInt(senderSsrc)
                .putInt(mediaSsrc)
                .array();
    }
}
