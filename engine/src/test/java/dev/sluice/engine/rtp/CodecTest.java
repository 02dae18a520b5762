package dev.sluice.engine.rtp;

import static dev.sluice.engine.rtp.TestPacket.concat;
import static dev.sluice.engine.rtp.TestPacket.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final byte[] STAP_A = concat(
            hex("78 000f"),
            TestPayloads.H264_SPS,
            hex("0004"),
            TestPayloads.H264_PPS,
            hex("0008"),
            TestPayloads.H264_IDR);
    private static final byte[] H265_AP =
            concat(hex("6001 000d"), TestPayloads.H265_VPS, hex("0027"), TestPayloads.H265_SPS);
    /** An OBU with its size field left out, as RTP wants it. */
    private static final byte[] AV1_OBU =
            concat(hex("08"), Arrays.copyOfRange(TestPayloads.AV1_SEQUENCE, 2, TestPayloads.AV1_SEQUENCE.length));
    /** W = 2: a sequence header and the start of a frame. */
    private static final byte[] AV1_KEY = concat(hex("28 0c"), AV1_OBU, hex("3010009600"));

    /** Payloads that get far into each parser, for the tests that break them. */
    static final Map<Codec, List<byte[]>> SAMPLES = Map.of(
            Codec.VP8,
            List.of(
                    TestPayloads.vp8(true, true, 0x1234, true, 5, 6),
                    TestPayloads.vp8(true, false, 0x12, false, 5, -1),
                    concat(hex("10"), TestPayloads.VP8_KEY)),
            Codec.VP9,
            List.of(
                    TestPayloads.vp9(true, true, 0x1234, true, 9),
                    concat(hex("9f 92 34"), TestPayloads.VP9_KEY),
                    concat(hex("8a 05 38 0140 00b4 0280 0168 02 04 01 10"), TestPayloads.VP9_KEY),
                    concat(hex("f8 92 34 00 05 03 04"), hex("86001122"))),
            Codec.AV1,
            List.of(AV1_KEY, concat(hex("18"), AV1_OBU), concat(hex("08 0d"), TestPayloads.AV1_SEQUENCE_720P)),
            Codec.H264,
            List.of(STAP_A, TestPayloads.H264_SPS, TestPayloads.H264_IDR, hex("7c85b8000400"), hex("7c45b8000400")),
            Codec.H265,
            List.of(H265_AP, TestPayloads.H265_SPS, TestPayloads.H265_VPS, hex("6201 93 aabb"), hex("2601 aabb")),
            Codec.RED,
            List.of(
                    TestPayloads.red(111, hex("aabbcc")),
                    TestPayloads.red(111, hex("aabbcc"), hex("0102"), hex("030405"))));

    @Test
    void shouldSeeVp8KeyFrameOnItsFirstPacketOnly() {
        assertTrue(starts(Codec.VP8, TestPayloads.vp8(true, true, 300, true, 1, 2)));
        assertTrue(starts(Codec.VP8, TestPayloads.vp8(true, true, 30, false, -1, -1)));
        assertTrue(starts(Codec.VP8, concat(hex("10"), TestPayloads.VP8_KEY)));
        assertFalse(starts(Codec.VP8, TestPayloads.vp8(false, true, 300, true, 1, 2)), "no start of partition");
        assertFalse(starts(Codec.VP8, TestPayloads.vp8(true, false, 300, true, 1, 2)), "inter frame");
        assertFalse(starts(Codec.VP8, concat(hex("11"), TestPayloads.VP8_KEY)), "second partition");
        assertFalse(starts(Codec.VP8, hex("10 d0a001 9d012b 8002 6801")), "no start code");
    }

    @Test
    void shouldSeeVp8KeyFrameThatLibvpxWrote() {
        // 16 × 16, from libvpx.
        byte[] frame = hex("1002009d012a100010000002470885858885848802 02000c0d6000feffab5080");
        byte[] payload = concat(hex("9080 8001"), frame);
        assertTrue(starts(Codec.VP8, payload));
        assertEquals(16 << 16 | 16, dimensions(Codec.VP8, payload));
    }

    @Test
    void shouldTellWhereVp8HasItsCounters() {
        int description = describe(Codec.VP8, TestPayloads.vp8(false, false, 300, true, 1, 2));
        assertEquals(2, PayloadDescription.pictureIdOffset(description));
        assertTrue(PayloadDescription.hasLongPictureId(description));
        assertEquals(4, PayloadDescription.tl0Offset(description));
        assertEquals(5, PayloadDescription.keyIndexOffset(description));
        description = describe(Codec.VP8, TestPayloads.vp8(false, false, 30, false, -1, 2));
        assertFalse(PayloadDescription.hasLongPictureId(description));
        assertEquals(0, PayloadDescription.tl0Offset(description));
        assertEquals(3, PayloadDescription.keyIndexOffset(description));
        assertEquals(0, describe(Codec.VP8, concat(hex("00"), TestPayloads.VP8_DELTA)));
    }

    @Test
    void shouldSeeVp9KeyFrameOnTheFirstPacketOfTheBaseLayer() {
        assertTrue(starts(Codec.VP9, TestPayloads.vp9(true, true, 300, true, 1)));
        assertTrue(starts(Codec.VP9, concat(hex("08"), TestPayloads.VP9_KEY)), "no fields at all");
        assertTrue(starts(Codec.VP9, concat(hex("8a 05 38 0140 00b4 0280 0168 02 04 01 10"), TestPayloads.VP9_KEY)));
        assertFalse(starts(Codec.VP9, TestPayloads.vp9(false, true, 300, true, 1)), "not the frame's start");
        assertFalse(starts(Codec.VP9, TestPayloads.vp9(true, false, 300, true, 1)), "inter frame");
        assertFalse(starts(Codec.VP9, concat(hex("a8 05 02 00"), TestPayloads.VP9_KEY)), "spatial layer 1");
        assertFalse(starts(Codec.VP9, concat(hex("88 05"), hex("87498342"))), "intra-only frame");
        assertFalse(starts(Codec.VP9, concat(hex("88 05"), hex("88"))), "shows an existing frame");
        assertTrue(starts(Codec.VP9, concat(hex("88 05"), hex("b1 498342 1111"))), "profile 3");
    }

    @Test
    void shouldTellWhereVp9HasItsCounters() {
        int description = describe(Codec.VP9, TestPayloads.vp9(false, false, 300, true, 1));
        assertEquals(1, PayloadDescription.pictureIdOffset(description));
        assertTrue(PayloadDescription.hasLongPictureId(description));
        assertEquals(4, PayloadDescription.tl0Offset(description));
        description = describe(Codec.VP9, hex("b8 05 00 aa"));
        assertEquals(1, PayloadDescription.pictureIdOffset(description));
        assertEquals(0, PayloadDescription.tl0Offset(description), "flexible mode has none");
    }

    @Test
    void shouldSeeAv1KeyFrameWhenSequenceHeaderStartsACodedVideoSequence() {
        assertTrue(starts(Codec.AV1, AV1_KEY));
        assertTrue(starts(Codec.AV1, concat(hex("18"), AV1_OBU)), "one element without a length");
        assertTrue(starts(Codec.AV1, concat(hex("08 02 1000 0c"), AV1_OBU)), "behind a temporal delimiter");
        byte[] notNew = AV1_KEY.clone();
        notNew[0] = 0x20;
        assertFalse(starts(Codec.AV1, notNew), "N not set");
        notNew[0] = (byte) 0xa8;
        assertFalse(starts(Codec.AV1, notNew), "a fragment's continuation");
        assertFalse(starts(Codec.AV1, hex("18 3010009600")), "no sequence header");
    }

    @Test
    void shouldSeeH264KeyFrameInEachPacketization() {
        assertTrue(starts(Codec.H264, TestPayloads.H264_SPS));
        assertTrue(starts(Codec.H264, TestPayloads.H264_IDR));
        assertTrue(starts(Codec.H264, STAP_A));
        assertTrue(starts(Codec.H264, hex("7c85b8000400")), "first fragment of an IDR slice");
        assertFalse(starts(Codec.H264, hex("7c05b8000400")), "middle fragment");
        assertFalse(starts(Codec.H264, hex("7c45b8000400")), "last fragment");
        assertFalse(starts(Codec.H264, hex("7c81e0002000")), "first fragment of another slice");
        assertFalse(starts(Codec.H264, TestPayloads.H264_SLICE));
        assertFalse(starts(Codec.H264, TestPayloads.H264_PPS));
        assertFalse(starts(Codec.H264, concat(hex("78 0004"), TestPayloads.H264_PPS)));
        assertFalse(starts(Codec.H264, hex("e5b8")), "forbidden bit");
    }

    @Test
    void shouldSeeH265KeyFrameInEachPacketization() {
        assertTrue(starts(Codec.H265, TestPayloads.H265_VPS));
        assertTrue(starts(Codec.H265, TestPayloads.H265_SPS));
        assertTrue(starts(Codec.H265, H265_AP));
        assertTrue(starts(Codec.H265, hex("2601 aabb")), "IDR_W_RADL");
        assertTrue(starts(Codec.H265, hex("2a01 aabb")), "CRA");
        assertTrue(starts(Codec.H265, hex("6201 93 aabb")), "first fragment of an IDR slice");
        assertFalse(starts(Codec.H265, hex("6201 13 aabb")), "middle fragment");
        assertFalse(starts(Codec.H265, hex("6201 81 aabb")), "first fragment of a trailing picture");
        assertFalse(starts(Codec.H265, hex("0201 aabb")));
        assertFalse(starts(Codec.H265, hex("4401 aabb")), "picture parameter set");
    }

    @Test
    void shouldReadTheSizesThatRealEncodersWrote() {
        assertEquals(size(640, 360), dimensions(Codec.VP8, TestPayloads.vp8(true, true, 300, true, 1, 2)));
        assertEquals(size(1920, 1080), dimensions(Codec.VP9, TestPayloads.vp9(true, true, 300, true, 1)));
        assertEquals(
                size(640, 360), dimensions(Codec.VP9, SAMPLES.get(Codec.VP9).get(2)));
        assertEquals(size(960, 540), dimensions(Codec.AV1, AV1_KEY));
        assertEquals(size(1280, 720), dimensions(Codec.AV1, concat(hex("08 0d"), TestPayloads.AV1_SEQUENCE_720P)));
        assertEquals(size(640, 360), dimensions(Codec.H264, TestPayloads.H264_SPS));
        assertEquals(size(640, 360), dimensions(Codec.H264, STAP_A));
        assertEquals(size(320, 180), dimensions(Codec.H264, hex("6742c01f8c68141979e01e1108d4")), "OpenH264, cropped");
        assertEquals(
                size(1280, 720),
                dimensions(Codec.H264, hex("6764001facd9405005bb011000000300100000030 3c0f1831960")),
                "x264, high profile");
        assertEquals(size(1280, 720), dimensions(Codec.H265, TestPayloads.H265_SPS));
        assertEquals(size(1280, 720), dimensions(Codec.H265, H265_AP));
        assertEquals(0, dimensions(Codec.H264, TestPayloads.H264_IDR));
        assertEquals(0, dimensions(Codec.OPUS, hex("aabb")));
    }

    @Test
    void shouldTellThatAPayloadCarriesTheSizeWheneverItDoes() {
        SAMPLES.forEach((codec, payloads) -> payloads.forEach(payload -> assertEquals(
                dimensions(codec, payload) != 0,
                PayloadDescription.carriesDimensions(describe(codec, payload)),
                codec + " " + HexFormat.of().formatHex(payload))));
    }

    @Test
    void shouldFindThePrimaryBlockOfRed() {
        int description = describe(Codec.RED, TestPayloads.red(111, hex("aabbcc"), hex("0102"), hex("030405")));
        assertTrue(PayloadDescription.isRed(description));
        assertEquals(9 + 5, PayloadDescription.primaryOffset(description));
        assertEquals(1, PayloadDescription.primaryOffset(describe(Codec.RED, hex("6faabb"))));
        assertEquals(0, PayloadDescription.primaryOffset(describe(Codec.RED, hex("ef"))), "head cut off");
        assertEquals(
                0, PayloadDescription.primaryOffset(describe(Codec.RED, hex("ef00000a 6f aabb"))), "block cut off");
        assertEquals(0, PayloadDescription.primaryOffset(describe(Codec.RED, hex("ef000000"))), "no primary");
        assertEquals(0, describe(Codec.RED, new byte[0]), "padding only");
    }

    @Test
    void shouldReadNothingOfAudio() {
        for (Codec codec : new Codec[] {Codec.OPUS, Codec.PCMU, Codec.PCMA}) {
            assertEquals(PayloadDescription.NONE, describe(codec, hex("10 9d012a")));
            assertFalse(codec.isVideo());
        }
        assertEquals(8_000, Codec.PCMU.clockRate());
        assertEquals(48_000, Codec.RED.clockRate());
        assertEquals(90_000, Codec.H265.clockRate());
    }

    /** Each segment ends with its payload, so a parser that reads further throws. */
    @Test
    void shouldStayInsideThePayloadWhenItIsCutAtEveryByte() {
        SAMPLES.forEach((codec, payloads) -> {
            for (byte[] payload : payloads) {
                for (int length = 0; length <= payload.length; length++) {
                    assertHarmless(codec, Arrays.copyOf(payload, length));
                }
            }
        });
    }

    @Test
    void shouldStayInsideThePayloadWhenAnyByteIsAnyValue() {
        SAMPLES.forEach((codec, payloads) -> {
            for (byte[] payload : payloads) {
                for (int i = 0; i < payload.length; i++) {
                    byte[] broken = payload.clone();
                    for (int value = 0; value < 256; value++) {
                        broken[i] = (byte) value;
                        assertHarmless(codec, broken);
                    }
                }
            }
        });
    }

    @Test
    void shouldStayInsideThePayloadWhenBytesAreRandom() {
        Random random = new Random(21);
        for (Codec codec : Codec.values()) {
            for (int round = 0; round < 20_000; round++) {
                byte[] bytes = new byte[random.nextInt(60)];
                random.nextBytes(bytes);
                assertHarmless(codec, bytes);
            }
        }
    }

    static void assertHarmless(Codec codec, byte[] payload) {
        int description = describe(codec, payload);
        dimensions(codec, payload);
        int last = Math.max(
                PayloadDescription.pictureIdOffset(description)
                        + (PayloadDescription.hasLongPictureId(description) ? 1 : 0),
                Math.max(PayloadDescription.tl0Offset(description), PayloadDescription.keyIndexOffset(description)));
        assertTrue(last == 0 || last < payload.length, "counters lie in the payload");
        if (PayloadDescription.isRed(description)) {
            int primary = PayloadDescription.primaryOffset(description);
            assertTrue(primary <= payload.length);
            if (primary > 0) {
                RedPayload.setPayloadType(MemorySegment.ofArray(payload.clone()), 0, 100);
            }
        }
    }

    static int describe(Codec codec, byte[] payload) {
        return codec.describe(MemorySegment.ofArray(payload), 0, payload.length);
    }

    static int dimensions(Codec codec, byte[] payload) {
        return codec.dimensions(MemorySegment.ofArray(payload), 0, payload.length);
    }

    private static boolean starts(Codec codec, byte[] payload) {
        return PayloadDescription.startsKeyFrame(describe(codec, payload));
    }

    private static int size(int width, int height) {
        return width << 16 | height;
    }
}
