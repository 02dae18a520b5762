package dev.sluice.engine.rtp;

/** Payload heads of the codecs, made by hand, and parameter sets that real encoders wrote. Stateless. */
final class TestPayloads {
    /** A VP8 key frame of 640 × 360: frame tag, start code, size. */
    static final byte[] VP8_KEY = TestPacket.hex("d0a001 9d012a 8002 6801 0047");

    static final byte[] VP8_DELTA = TestPacket.hex("b18001 0003 1011 1213 1415");
    /** As OpenH264 in Chromium writes it, 640 × 360, constrained baseline. */
    static final byte[] H264_SPS = TestPacket.hex("6742c01f8c680a02f79601e1108d40");

    static final byte[] H264_PPS = TestPacket.hex("68ce3c80");
    static final byte[] H264_IDR = TestPacket.hex("65b8000400000be2");
    static final byte[] H264_SLICE = TestPacket.hex("61e0002000000b02");
    /** As x265 writes it, 1280 × 720, with emulation prevention. */
    static final byte[] H265_SPS =
            TestPacket.hex("420201040800000300 9d0800000300005db00280802d165959a4932b80400000030040000007 82");

    static final byte[] H265_VPS = TestPacket.hex("40010c01ffff01600000030000");
    /** As libaom writes it, 960 × 540, with the size field that RTP leaves out. */
    static final byte[] AV1_SEQUENCE = TestPacket.hex("0a0b0000 0024cf7f0dbfff3008");
    /** As libaom writes it, 1280 × 720. */
    static final byte[] AV1_SEQUENCE_720P = TestPacket.hex("0a0b0000002d4cffb3c6af9804");
    /** A VP9 key frame's uncompressed header, 1920 × 1080, profile 0. */
    static final byte[] VP9_KEY = TestPacket.hex("83498342 0077f04371d8e0");

    private TestPayloads() {}

    /** A VP8 payload; a negative value leaves a field out, and a picture id of 15 bits says so by {@code longId}. */
    static byte[] vp8(boolean start, boolean key, int pictureId, boolean longId, int tl0, int keyIndex) {
        byte[] id = pictureId < 0
                ? new byte[0]
                : longId
                        ? new byte[] {(byte) (0x80 | pictureId >> 8), (byte) pictureId}
                        : new byte[] {(byte) pictureId};
        byte[] level = tl0 < 0 ? new byte[0] : new byte[] {(byte) tl0};
        byte[] index = keyIndex < 0 ? new byte[0] : new byte[] {(byte) (0x60 | keyIndex)};
        int present = (pictureId < 0 ? 0 : 0x80) | (tl0 < 0 ? 0 : 0x40) | (keyIndex < 0 ? 0 : 0x10);
        byte[] head = present == 0
                ? new byte[] {(byte) (start ? 0x10 : 0)}
                : new byte[] {(byte) (0x80 | (start ? 0x10 : 0)), (byte) present};
        return TestPacket.concat(head, id, level, index, key ? VP8_KEY : VP8_DELTA);
    }

    /** A VP9 payload in non-flexible mode with layer indices. */
    static byte[] vp9(boolean start, boolean key, int pictureId, boolean longId, int tl0) {
        byte[] id =
                longId ? new byte[] {(byte) (0x80 | pictureId >> 8), (byte) pictureId} : new byte[] {(byte) pictureId};
        int flags = 0x80 | (key ? 0 : 0x40) | 0x20 | (start ? 0x08 : 0);
        return TestPacket.concat(
                new byte[] {(byte) flags}, id, new byte[] {0, (byte) tl0}, key ? VP9_KEY : TestPacket.hex("86001122"));
    }

    /** A dependency descriptor's mandatory fields: start and end of frame, template 0, frame number. */
    static byte[] dependencyDescriptor(int frameNumber, int moreBytes) {
        byte[] bytes = new byte[3 + moreBytes];
        bytes[0] = (byte) 0xc0;
        bytes[1] = (byte) (frameNumber >> 8);
        bytes[2] = (byte) frameNumber;
        return bytes;
    }

    /** One RED payload: redundant blocks of the given payload type in front of the primary one. */
    static byte[] red(int blockType, byte[] primary, byte[]... redundant) {
        byte[] heads = new byte[4 * redundant.length + 1];
        byte[] blocks = TestPacket.concat(redundant);
        for (int i = 0; i < redundant.length; i++) {
            int offset = 960 * (redundant.length - i);
            int word = offset << 10 | redundant[i].length;
            heads[4 * i] = (byte) (0x80 | blockType);
            heads[4 * i + 1] = (byte) (word >> 16);
            heads[4 * i + 2] = (byte) (word >> 8);
            heads[4 * i + 3] = (byte) word;
        }
        heads[heads.length - 1] = (byte) blockType;
        return TestPacket.concat(heads, blocks, primary);
    }
}
