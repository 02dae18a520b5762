package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.rtp.ExtensionType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlayOfferTest {

    private static PlayOffer offer(CodecFormat... codecs) throws SdpException {
        return SdpNegotiator.offerPlay(SdpTestData.sources(codecs), SdpTestData.ALL, SdpTestData.LOCAL);
    }

    /** A plain answer to an offer: every section taken, as a browser would. */
    private static String answer(PlayOffer offer) {
        return offer.sdp()
                .replace("a=sendonly", "a=recvonly")
                .replace("a=setup:actpass", "a=setup:active")
                .replace("a=ice-lite\r\n", "")
                .replaceAll("a=(ssrc|msid|candidate|end-of).*\r\n", "");
    }

    @Test
    void shouldOfferBothKindsUnderOneStreamId() throws SdpException {
        PlayOffer offer = offer(SdpTestData.OPUS, SdpTestData.VP8);
        List<String> audio = SdpTestData.lines(offer.sdp(), 0);
        assertEquals("m=audio 7000 UDP/TLS/RTP/SAVPF 111", audio.getFirst());
        assertTrue(audio.contains("a=fmtp:111 minptime=10;useinbandfec=1"));
        assertTrue(audio.contains("a=sendonly"));
        assertTrue(audio.contains("a=setup:actpass"));
        assertTrue(audio.contains("a=msid:stream1 audio"));
        assertTrue(audio.contains("a=ssrc:1000 cname:sluice"));
        assertTrue(audio.contains("a=candidate:2 1 udp 2130706175 2001:db8::1 7000 typ host"));
        List<String> video = SdpTestData.lines(offer.sdp(), 1);
        assertTrue(video.contains("a=msid:stream1 video"));
        assertTrue(video.contains("a=ssrc:1001 cname:sluice"));
        assertEquals("m=video 7000 UDP/TLS/RTP/SAVPF 96 97", video.getFirst());
        assertTrue(video.contains("a=rtcp-fb:96 nack"));
        assertTrue(video.contains("a=rtpmap:97 rtx/90000"));
        assertTrue(video.contains("a=fmtp:97 apt=96"));
        assertTrue(video.contains("a=ssrc-group:FID 1001 2001"));
        assertTrue(video.contains("a=ssrc:2001 cname:sluice"));
        assertFalse(String.join("\n", audio).contains("FID"), "sound is not sent again");
        assertTrue(video.contains("a=rtcp-fb:96 nack pli"));
        assertTrue(video.contains("a=rtcp-fb:96 ccm fir"));
        assertTrue(audio.contains("a=rtcp-fb:111 transport-cc"));
        assertTrue(video.contains("a=rtcp-fb:96 transport-cc"));
        assertTrue(video.contains("a=rtcp-fb:96 goog-remb"));
        for (String unspoken : List.of("ulpfec", "flexfec")) {
            assertFalse(offer.sdp().contains(unspoken), unspoken);
        }
        for (PlayTrack track : offer.tracks()) {
            for (ExtensionType type : ExtensionType.values()) {
                int id = track.extensions().id(type);
                assertTrue(id == 0 || id == type.ordinal() + 1);
            }
        }
    }

    @Test
    void shouldOfferOnlyWhatIsWanted() throws SdpException {
        List<PlaySource> sources = SdpTestData.sources(SdpTestData.OPUS, SdpTestData.VP8);
        PlayOffer offer = SdpNegotiator.offerPlay(sources, Set.of(MediaKind.VIDEO), SdpTestData.LOCAL);
        assertEquals(1, offer.tracks().size());
        assertEquals("0", offer.bundleMid());
        assertTrue(SdpTestData.lines(offer.sdp(), 0).contains("a=end-of-candidates"));
        List<PlaySource> silent = SdpTestData.sources(SdpTestData.VP8);
        SdpException refusal = assertThrows(
                SdpException.class, () -> SdpNegotiator.offerPlay(silent, Set.of(MediaKind.AUDIO), SdpTestData.LOCAL));
        assertEquals(SdpException.Kind.NO_COMMON_CODEC, refusal.kind());
    }

    @Test
    void shouldWriteH264InLowerCaseAsConstrainedBaseline() throws SdpException {
        CodecFormat baseline = SdpTestData.video("H264", "profile-level-id=42001F;packetization-mode=1");
        assertTrue(offer(baseline)
                .sdp()
                .contains("a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"));
        CodecFormat low = SdpTestData.video("H264", "profile-level-id=42c00d");
        assertTrue(offer(low).sdp().contains("packetization-mode=0;profile-level-id=42e01f\r\n"));
        CodecFormat high = SdpTestData.video("H264", "profile-level-id=640028;packetization-mode=1");
        assertTrue(offer(high).sdp().contains("profile-level-id=640028\r\n"));
    }

    @Test
    void shouldPassTheOtherCodecsParametersOn() throws SdpException {
        assertTrue(offer(SdpTestData.video("VP9", "profile-id=2")).sdp().contains("a=fmtp:98 profile-id=2\r\n"));
        assertTrue(offer(SdpTestData.video("AV1", "level-idx=5;profile=0;tier=0"))
                .sdp()
                .contains("a=fmtp:45 level-idx=5;profile=0;tier=0\r\n"));
        CodecFormat stereo = new CodecFormat(
                MediaKind.AUDIO, "opus", 48_000, 2, "stereo=1; useinbandfec=1;usedtx=1;x-evil=1;maxptime");
        assertTrue(offer(stereo).sdp().contains("a=fmtp:111 stereo=1;useinbandfec=1;usedtx=1\r\n"));
        assertTrue(offer(SdpTestData.PCMU).sdp().contains("m=audio 7000 UDP/TLS/RTP/SAVPF 0\r\n"));
    }

    @Test
    void shouldOfferACodecThatHasNoNumberOfItsOwn() throws SdpException {
        CodecFormat sound = new CodecFormat(MediaKind.AUDIO, "G722", 8_000, 1, "");
        PlayOffer offer = offer(sound, SdpTestData.video("H266", ""));
        assertTrue(offer.sdp().contains("a=rtpmap:110 G722/8000\r\n"));
        assertTrue(offer.sdp().contains("a=rtpmap:100 H266/90000\r\n"));
    }

    @Test
    void shouldLoseTheDependencyDescriptorWhenTheAnswerDoesNotAllowItsLargeElements() throws SdpException {
        PlayOffer offer = offer(SdpTestData.OPUS, SdpTestData.VP8);
        int id = ExtensionType.DEPENDENCY_DESCRIPTOR.ordinal() + 1;
        AcceptedPlay large = SdpNegotiator.acceptPlayAnswer(offer, answer(offer));
        assertEquals(id, large.tracks().get(1).extensions().id(ExtensionType.DEPENDENCY_DESCRIPTOR));
        String plain = answer(offer).replace("a=extmap-allow-mixed\r\n", "");
        AcceptedPlay small = SdpNegotiator.acceptPlayAnswer(offer, plain);
        assertFalse(small.remote().extmapAllowMixed());
        assertEquals(0, small.tracks().get(1).extensions().id(ExtensionType.DEPENDENCY_DESCRIPTOR));
        assertEquals(
                ExtensionType.VIDEO_ORIENTATION.ordinal() + 1,
                small.tracks().get(1).extensions().id(ExtensionType.VIDEO_ORIENTATION));
    }

    @Test
    void shouldTakeAPlainAnswer() throws SdpException {
        PlayOffer offer = offer(SdpTestData.OPUS, SdpTestData.VP8);
        AcceptedPlay play = SdpNegotiator.acceptPlayAnswer(offer, answer(offer));
        assertEquals(plain(offer.tracks()), plain(play.tracks()));
        for (PlayTrack track : play.tracks()) {
            assertEquals(
                    ExtensionType.TRANSPORT_CC.ordinal() + 1, track.extensions().id(ExtensionType.TRANSPORT_CC));
            assertEquals(0, track.extensions().id(ExtensionType.ABS_SEND_TIME), "of no use beside the numbers");
        }
        assertEquals("localufr", play.remote().ufrag());
    }

    /** Without the extensions, of which the accepted ones are fewer. */
    private static List<PlayTrack> plain(List<PlayTrack> tracks) {
        return tracks.stream()
                .map(track -> new PlayTrack(
                        track.kind(),
                        track.mid(),
                        track.codec(),
                        track.payloadType(),
                        track.redPayloadType(),
                        track.ssrc(),
                        HeaderExtensions.NONE,
                        track.nackPli(),
                        track.ccmFir(),
                        track.nack(),
                        track.rtxPayloadType(),
                        track.rtxSsrc()))
                .toList();
    }

    @Test
    void shouldSendNoNumbersWhenTheAnswerHasNoFeedbackAboutThem() throws SdpException {
        PlayOffer offer = offer(SdpTestData.OPUS, SdpTestData.VP8);
        String answer = answer(offer).replaceAll("a=rtcp-fb:\\d+ transport-cc\r\n", "");
        for (PlayTrack track : SdpNegotiator.acceptPlayAnswer(offer, answer).tracks()) {
            assertEquals(0, track.extensions().id(ExtensionType.TRANSPORT_CC));
            assertEquals(
                    ExtensionType.ABS_SEND_TIME.ordinal() + 1,
                    track.extensions().id(ExtensionType.ABS_SEND_TIME));
        }
    }

    @Test
    void shouldTakeAnAnswerWithTheProfileThatOldPlayersWrite() throws SdpException {
        PlayOffer offer = offer(SdpTestData.video("H264", "profile-level-id=64001f;packetization-mode=1"));
        String answer = answer(offer).replace("profile-level-id=64001f", "profile-level-id=42E01F");
        assertEquals(
                plain(offer.tracks()),
                plain(SdpNegotiator.acceptPlayAnswer(offer, answer).tracks()));
    }

    @Test
    void shouldSendInTheAnswerersPayloadTypeWhenItHasItsOwn() throws SdpException {
        PlayOffer offer = offer(SdpTestData.VP8);
        String answer = answer(offer).replace("SAVPF 96", "SAVPF 101 120").replace(":96 ", ":120 ");
        PlayTrack track = SdpNegotiator.acceptPlayAnswer(offer, answer).tracks().getFirst();
        assertEquals(120, track.payloadType());
    }

    @Test
    void shouldSendRedOnlyToPlayersThatTakeIt() throws SdpException {
        List<PlaySource> sources = List.of(new PlaySource(SdpTestData.OPUS, true, 7, -1));
        PlayOffer offer = SdpNegotiator.offerPlay(sources, SdpTestData.ALL, SdpTestData.LOCAL);
        assertTrue(offer.sdp().contains("m=audio 7000 UDP/TLS/RTP/SAVPF 111 63\r\n"));
        String both = answer(offer);
        assertEquals(
                63,
                SdpNegotiator.acceptPlayAnswer(offer, both).tracks().getFirst().redPayloadType());
        String one = both.replace("SAVPF 111 63", "SAVPF 111");
        assertEquals(
                -1,
                SdpNegotiator.acceptPlayAnswer(offer, one).tracks().getFirst().redPayloadType());
    }

    @Test
    void shouldKeepOnlyExtensionsAnsweredWithOurIds() throws SdpException {
        PlayOffer offer = offer(SdpTestData.OPUS);
        String answer = answer(offer)
                .replace("a=extmap:1 ", "a=extmap:9 ")
                .replaceAll("a=extmap:2 .*\r\n", "")
                .replace("a=extmap:4 ", "a=extmap:4/recvonly ");
        HeaderExtensions ids = SdpNegotiator.acceptPlayAnswer(offer, answer)
                .tracks()
                .getFirst()
                .extensions();
        assertEquals(0, ids.id(ExtensionType.MID));
        assertEquals(0, ids.id(ExtensionType.ABS_SEND_TIME));
        assertEquals(3, ids.id(ExtensionType.ABS_CAPTURE_TIME));
        assertEquals(4, ids.id(ExtensionType.AUDIO_LEVEL));
    }

    @Test
    void shouldNameBothSidesCodecsWhenASectionIsRejected() throws SdpException {
        PlayOffer offer = offer(SdpTestData.OPUS, SdpTestData.H264_CB);
        String answer = answer(offer)
                .replace("m=video 7000 UDP/TLS/RTP/SAVPF 102", "m=video 0 UDP/TLS/RTP/SAVPF 120")
                .replace("a=rtpmap:102 H264/90000", "a=rtpmap:120 VP8/90000");
        SdpException refusal = assertThrows(SdpException.class, () -> SdpNegotiator.acceptPlayAnswer(offer, answer));
        assertEquals(SdpException.Kind.NO_COMMON_CODEC, refusal.kind());
        assertTrue(
                refusal.getMessage()
                        .endsWith(": video: the stream carries H264 profile-level-id 42e01f,"
                                + " the player's answer rejects it and has VP8"),
                refusal.getMessage());
    }

    @Test
    void shouldRefuseAnAnswerOfAnotherVp9Profile() throws SdpException {
        PlayOffer offer = offer(SdpTestData.video("VP9", "profile-id=2"));
        String answer = answer(offer).replaceAll("a=fmtp.*\r\n", "");
        SdpException refusal = assertThrows(SdpException.class, () -> SdpNegotiator.acceptPlayAnswer(offer, answer));
        assertEquals(SdpException.Kind.NO_COMMON_CODEC, refusal.kind());
        assertTrue(refusal.getMessage().contains("carries VP9 profile 2, the player's answer has VP9"));
    }

    @Test
    void shouldNameNoCodecForChromiumsBareRejection() throws SdpException {
        PlayOffer offer = offer(SdpTestData.H264_CB);
        String answer = answer(offer)
                .replace("m=video 7000 UDP/TLS/RTP/SAVPF 102", "m=video 0 UDP/TLS/RTP/SAVPF 0")
                .replaceAll("a=(rtpmap|fmtp|rtcp-fb).*\r\n", "");
        SdpException refusal = assertThrows(SdpException.class, () -> SdpNegotiator.acceptPlayAnswer(offer, answer));
        assertTrue(refusal.getMessage().endsWith("rejects it and has no codec"), refusal.getMessage());
    }

    @Test
    void shouldLeaveOutWhatThePlayerSetsInactive() throws SdpException {
        PlayOffer offer = offer(SdpTestData.OPUS, SdpTestData.VP8);
        String answer = answer(offer).replaceFirst("a=recvonly", "a=inactive");
        List<PlayTrack> tracks = SdpNegotiator.acceptPlayAnswer(offer, answer).tracks();
        assertEquals(plain(List.of(offer.tracks().get(1))), plain(tracks));
        assertRefused(offer, answer(offer).replace("a=recvonly", "a=inactive"), "expected a section that is recvonly");
    }

    @Test
    void shouldRefuseAnswersThatDoNotFitTheOffer() throws SdpException {
        PlayOffer offer = offer(SdpTestData.OPUS, SdpTestData.VP8);
        String good = answer(offer);
        assertRefused(offer, good.replaceAll("a=group:BUNDLE.*\r\n", ""), "expected this section in a=group:BUNDLE");
        assertRefused(offer, good.replace("a=setup:active", "a=setup:passive"), "expected a=setup:active");
        assertRefused(offer, good.replace("a=setup:active", "a=setup:actpass"), "expected a=setup:active");
        assertRefused(offer, good.replaceAll("a=setup.*\r\n", ""), "expected a=setup:active");
        assertRefused(offer, good.replace("a=rtcp-mux\r\n", ""), "expected a=rtcp-mux");
        assertRefused(offer, good.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "expected media encrypted by DTLS-SRTP");
        assertRefused(offer, good.substring(0, good.indexOf("m=video")), "expected 2 m-sections");
        assertRefused(offer, good.replace("m=video", "m=audio"), "expected m=video");
        assertRefused(offer, good.replace("a=mid:1", "a=mid:5"), "expected a=mid:1");
    }

    private static void assertRefused(PlayOffer offer, String answer, String part) {
        SdpException refusal =
                assertThrows(SdpException.class, () -> SdpNegotiator.acceptPlayAnswer(offer, answer), part);
        assertEquals(SdpException.Kind.BAD_SDP, refusal.kind());
        assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith("line "), refusal.getMessage());
    }
}
