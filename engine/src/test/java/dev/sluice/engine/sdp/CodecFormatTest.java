package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecFormatTest {

    @ParameterizedTest
    @CsvSource({
        // RFC 6184 table 5, level left out, baseline and constrained baseline as one.
        "42e01f, 42e034, true",
        "42e01f, 42001f, true",
        "42c00d, 42e01f, true",
        "4d801f, 42e01f, true",
        "58c01f, 42e01f, true",
        "58801f, 42001f, true",
        "4d001f, 42e01f, false",
        "4d001f, 4d4034, true",
        "64001f, 64002a, true",
        "64001f, 640c1f, false",
        "64001f, 4d001f, false",
        "f4001f, 64001f, false",
        "58001f, 58601f, true",
        "42e01f, 42E01F, true",
    })
    void shouldMatchH264ByProfile(String one, String other, boolean compatible) {
        CodecFormat first = SdpTestData.video("H264", "profile-level-id=" + one);
        CodecFormat second = SdpTestData.video("H264", "profile-level-id=" + other);
        assertEquals(compatible, first.compatibleWith(second));
        assertEquals(compatible, second.compatibleWith(first));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "VP9 | profile-id=0 | VP9 | '' | true",
                "VP9 | profile-id=0 | VP9 | profile-id=2 | false",
                "AV1 | profile=0;level-idx=5 | AV1 | level-idx=9;tier=1 | true",
                "AV1 | profile=1 | AV1 | '' | false",
                "H265 | profile-id=1;level-id=93 | H265 | level-id=120 | true",
                "H265 | profile-id=2 | H265 | '' | false",
                "VP8 | '' | VP8 | max-fs=12288 | true",
                "VP8 | '' | VP9 | '' | false",
                "H264 | '' | H264 | profile-level-id=42e01f | true",
                "H264 | profile-level-id=zz | H264 | '' | true",
            })
    void shouldMatchOthersByProfile(String name, String fmtp, String other, String otherFmtp, boolean compatible) {
        assertEquals(compatible, SdpTestData.video(name, fmtp).compatibleWith(SdpTestData.video(other, otherFmtp)));
    }

    @Test
    void shouldFindCodecsInAnyCaseAndOnlyInTheirForm() {
        assertEquals(
                "opus", CodecTable.find(MediaKind.AUDIO, "OPUS", 48_000, 2, "").name());
        assertEquals(
                "PCMU", CodecTable.find(MediaKind.AUDIO, "pcmu", 8_000, 0, "").name());
        assertNull(CodecTable.find(MediaKind.AUDIO, "opus", 48_000, 1, ""));
        assertNull(CodecTable.find(MediaKind.AUDIO, "PCMU", 16_000, 1, ""));
        assertNull(CodecTable.find(MediaKind.VIDEO, "opus", 48_000, 2, ""));
        assertNull(CodecTable.find(MediaKind.VIDEO, "red", 90_000, 0, ""));
        assertNull(CodecTable.find(MediaKind.AUDIO, "G722", 8_000, 1, ""));
    }

    @Test
    void shouldKeepOnlyKnownParametersWithPlainValues() {
        CodecFormat opus = new CodecFormat(
                MediaKind.AUDIO,
                "opus",
                48_000,
                2,
                " Stereo = 1 ;;usedtx;useinbandfec=<b>;maxaveragebitrate=510000;stereo=0;minptime=" + "1".repeat(80));
        assertEquals("stereo=1;maxaveragebitrate=510000", opus.fmtp());
        assertEquals("", SdpTestData.video("VP8", "max-fs=12288").fmtp());
    }

    @Test
    void shouldDescribeWhatDecides() {
        assertEquals("VP9 profile 2", SdpTestData.video("VP9", "profile-id=2").describe());
        assertEquals("VP9", SdpTestData.video("VP9", "").describe());
        assertTrue(SdpTestData.H264_CB.describe().contains("42e01f"));
    }
}
