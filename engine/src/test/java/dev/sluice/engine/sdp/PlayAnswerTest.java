package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.rtp.ExtensionType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlayAnswerTest {
    private static final String CHROMIUM = "chromium-play-http";

    @Test
    void shouldAnswerChromiumWithTheStreamsCodec() throws SdpException {
        PlayAnswer answer = SdpTestData.play(SdpTestData.wire(CHROMIUM), SdpTestData.OPUS, SdpTestData.VP8);
        PlayTrack video = answer.tracks().get(1);
        assertEquals(96, video.payloadType());
        assertEquals(4, video.extensions().id(ExtensionType.MID));
        assertEquals(0, video.extensions().id(ExtensionType.ABS_SEND_TIME), "of no use beside the numbers");
        assertEquals(3, video.extensions().id(ExtensionType.TRANSPORT_CC));
        assertEquals(5, video.extensions().id(ExtensionType.PLAYOUT_DELAY));
        assertTrue(video.nackPli() && video.ccmFir());
        List<String> lines = SdpTestData.lines(answer.sdp(), 1);
        assertTrue(lines.contains("a=sendonly"));
        assertTrue(lines.contains("a=msid:stream1 video"));
        assertTrue(lines.contains("a=ssrc:1001 cname:sluice"));
        assertTrue(lines.contains("a=rtcp-fb:96 transport-cc"));
        assertFalse(answer.sdp().contains("remb"));
    }

    @Test
    void shouldAgreeOnRembWhenThePlayerHasNothingBetter() throws SdpException {
        String offer = SdpTestData.wire(CHROMIUM).replaceAll("a=rtcp-fb:\\d+ transport-cc\r\n", "");
        PlayAnswer answer = SdpTestData.play(offer, SdpTestData.OPUS, SdpTestData.VP8);
        PlayTrack video = answer.tracks().get(1);
        assertEquals(2, video.extensions().id(ExtensionType.ABS_SEND_TIME));
        assertEquals(0, video.extensions().id(ExtensionType.TRANSPORT_CC));
        List<String> lines = SdpTestData.lines(answer.sdp(), 1);
        assertTrue(lines.contains("a=rtcp-fb:96 goog-remb"));
        assertFalse(answer.sdp().contains("transport-cc"));
    }

    @Test
    void shouldPickTheH264EntryThatFitsBest() throws SdpException {
        String offer = SdpTestData.wire(CHROMIUM);
        assertEquals(108, videoPayloadType(offer, "profile-level-id=42e01f;packetization-mode=1"));
        assertEquals(102, videoPayloadType(offer, "profile-level-id=420028;packetization-mode=1"));
        assertEquals(114, videoPayloadType(offer, "profile-level-id=42c00d;packetization-mode=0"));
        assertEquals(116, videoPayloadType(offer, "profile-level-id=4d0034;packetization-mode=1"));
        PlayAnswer answer =
                SdpTestData.play(offer, SdpTestData.video("H264", "profile-level-id=42001f;packetization-mode=1"));
        assertTrue(answer.sdp()
                .contains("a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"));
    }

    private static int videoPayloadType(String offer, String fmtp) throws SdpException {
        return SdpTestData.play(offer, SdpTestData.video("H264", fmtp))
                .tracks()
                .getFirst()
                .payloadType();
    }

    @Test
    void shouldGiveAnExtensionIdOneMeaningInAllSections() throws SdpException {
        PlayAnswer answer = SdpTestData.play(SdpTestData.wire("aiortc-play"), SdpTestData.OPUS, SdpTestData.VP8);
        HeaderExtensions audio = answer.tracks().getFirst().extensions();
        HeaderExtensions video = answer.tracks().get(1).extensions();
        assertEquals(2, audio.id(ExtensionType.AUDIO_LEVEL));
        assertEquals(0, video.id(ExtensionType.ABS_SEND_TIME), "offered as 2 again");
        assertEquals(1, audio.id(ExtensionType.MID));
        assertEquals(1, video.id(ExtensionType.MID));
        assertFalse(answer.sdp().contains("abs-send-time"));
    }

    @Test
    void shouldMatchVp9AndAv1ByProfile() throws SdpException {
        String offer = SdpTestData.wire(CHROMIUM);
        PlayAnswer vp9 = SdpTestData.play(offer, SdpTestData.video("VP9", "profile-id=2"));
        assertEquals(100, vp9.tracks().getFirst().payloadType());
        PlayAnswer av1 = SdpTestData.play(offer, SdpTestData.video("AV1", ""));
        assertEquals(45, av1.tracks().getFirst().payloadType());
    }

    @Test
    void shouldRefuseWhenTheOfferCannotTakeAKindThatTheStreamCarries() {
        SdpException refusal = assertThrows(
                SdpException.class,
                () -> SdpTestData.play(SdpTestData.wire("pion-play"), SdpTestData.OPUS, SdpTestData.H264_CB));
        assertEquals(SdpException.Kind.NO_COMMON_CODEC, refusal.kind());
        assertTrue(
                refusal.getMessage()
                        .contains("video: the stream carries H264 profile-level-id 42e01f, the offer has VP8"),
                refusal.getMessage());
    }

    @Test
    void shouldSetASectionInactiveWhoseKindTheStreamLacks() throws SdpException {
        PlayAnswer answer = SdpTestData.play(SdpTestData.wire("flussonic-24.7.1-play"), SdpTestData.OPUS);
        assertEquals(1, answer.tracks().size());
        List<String> video = SdpTestData.lines(answer.sdp(), 0);
        assertTrue(video.contains("a=inactive"));
        assertTrue(video.contains("a=end-of-candidates"), "it carries the bundle's transport all the same");
        assertFalse(video.stream().anyMatch(line -> line.startsWith("a=ssrc") || line.startsWith("a=msid")));
        assertEquals("0", answer.bundleMid());
    }

    @Test
    void shouldSetASectionInactiveThatIsNotWanted() throws SdpException {
        PlayAnswer answer = SdpNegotiator.answerPlay(
                SdpTestData.wire(CHROMIUM),
                SdpTestData.sources(SdpTestData.OPUS, SdpTestData.VP8),
                Set.of(MediaKind.VIDEO),
                SdpTestData.LOCAL,
                List.of());
        assertEquals(
                List.of(MediaKind.VIDEO),
                answer.tracks().stream().map(PlayTrack::kind).toList());
    }

    @Test
    void shouldRefuseWhenNothingWouldBeSent() {
        String offer = SdpTestData.offer("m=video 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 VP8/90000");
        SdpException refusal = assertThrows(SdpException.class, () -> SdpTestData.play(offer, SdpTestData.OPUS));
        assertEquals(SdpException.Kind.NO_COMMON_CODEC, refusal.kind());
        String sending = offer + "a=sendonly\r\n";
        assertThrows(SdpException.class, () -> SdpTestData.play(sending, SdpTestData.VP8));
    }

    @Test
    void shouldGiveTheStreamsOpusParameters() throws SdpException {
        CodecFormat stereo = new CodecFormat(MediaKind.AUDIO, "opus", 48_000, 2, "stereo=1;usedtx=1");
        PlayAnswer answer = SdpTestData.play(SdpTestData.wire("firefox-play-http"), stereo);
        assertTrue(answer.sdp().contains("a=fmtp:109 stereo=1;usedtx=1\r\n"));
    }

    @Test
    void shouldOfferRedWhereTheStreamAndThePlayerHaveIt() throws SdpException {
        List<PlaySource> sources = List.of(new PlaySource(SdpTestData.OPUS, true, 7, -1));
        PlayAnswer answer = SdpNegotiator.answerPlay(
                SdpTestData.wire(CHROMIUM), sources, SdpTestData.ALL, SdpTestData.LOCAL, List.of());
        assertEquals(63, answer.tracks().getFirst().redPayloadType());
        assertTrue(answer.sdp().contains("a=fmtp:63 111/111\r\n"));
        PlayAnswer without = SdpNegotiator.answerPlay(
                SdpTestData.wire("firefox-play-http"), sources, SdpTestData.ALL, SdpTestData.LOCAL, List.of());
        assertEquals(-1, without.tracks().getFirst().redPayloadType());
    }

    @Test
    void shouldKeepThePayloadTypeInALaterOffer() throws SdpException {
        String offer = SdpTestData.offer(
                "m=video 9 UDP/TLS/RTP/SAVPF 96 97", "a=rtpmap:96 VP8/90000", "a=rtpmap:97 VP8/90000");
        List<PlaySource> sources = SdpTestData.sources(SdpTestData.VP8);
        PlayAnswer first = SdpTestData.play(offer, SdpTestData.VP8);
        PlayAnswer second = SdpNegotiator.answerPlay(
                offer.replace("SAVPF 96 97", "SAVPF 97 96"),
                sources,
                SdpTestData.ALL,
                SdpTestData.LOCAL,
                first.tracks());
        assertEquals(96, second.tracks().getFirst().payloadType());
    }

    @Test
    void shouldLeaveOutAMidTooLongForTheOneByteForm() throws SdpException {
        String mid = "m".repeat(17);
        String offer = SdpTestData.offer("m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=extmap:1 " + ExtensionType.MID.uri())
                .replace("BUNDLE 0", "BUNDLE " + mid)
                .replace("mid:0", "mid:" + mid);
        assertEquals(0, midId(offer));
        assertEquals(1, midId(offer + "a=extmap-allow-mixed\r\n"));
    }

    @Test
    void shouldGiveTheDependencyDescriptorOnlyWhereItsLargeElementsFit() throws SdpException {
        String offer = SdpTestData.offer(
                "m=video 9 UDP/TLS/RTP/SAVPF 45",
                "a=rtpmap:45 AV1/90000",
                "a=extmap:12 " + ExtensionType.DEPENDENCY_DESCRIPTOR.uri());
        CodecFormat av1 = SdpTestData.video("AV1", "");
        PlayAnswer small = SdpTestData.play(offer, av1);
        assertEquals(0, small.tracks().getFirst().extensions().id(ExtensionType.DEPENDENCY_DESCRIPTOR));
        assertFalse(small.sdp().contains("dependency-descriptor"));
        PlayAnswer large = SdpTestData.play(offer + "a=extmap-allow-mixed\r\n", av1);
        assertEquals(12, large.tracks().getFirst().extensions().id(ExtensionType.DEPENDENCY_DESCRIPTOR));
    }

    private static int midId(String offer) throws SdpException {
        return SdpTestData.play(offer, SdpTestData.PCMU)
                .tracks()
                .getFirst()
                .extensions()
                .id(ExtensionType.MID);
    }
}
