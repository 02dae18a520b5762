package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.rtp.ExtensionType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishAnswerTest {

    @Test
    void shouldSayTheLimitAndAgreeOnRembBesideTransportCcWhenTheStreamHasOne() throws SdpException {
        String offer = SdpTestData.wire("chromium-publish-http");
        PublishAnswer answer = SdpNegotiator.answerPublish(
                offer, SdpTestData.LOCAL, List.of(), new PublishWishes(List.of(), true, 0, 2_500_000));
        assertFalse(SdpTestData.lines(answer.sdp(), 0).contains("b=TIAS:2500000"));
        List<String> video = SdpTestData.lines(answer.sdp(), 1);
        assertTrue(video.get(1).startsWith("c=") && video.get(2).equals("b=TIAS:2500000"), "RFC 8866's order");
        assertTrue(video.contains("a=rtcp-fb:96 goog-remb") && video.contains("a=rtcp-fb:96 transport-cc"));
        assertTrue(answer.tracks().get(1).remb());
    }

    @ParameterizedTest
    @CsvSource({
        "vp8,a=fmtp:96 x-google-min-bitrate=300",
        "h264,a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f;x-google-min-bitrate=300"
    })
    void shouldSayTheLeastBitrateOfThePictureWhenTheStreamHasOne(String codec, String expected) throws SdpException {
        String offer = SdpTestData.wire("chromium-publish-camera");
        PublishWishes wishes = new PublishWishes(List.of(codec), true, 300_000, 0);
        PublishAnswer answer = SdpNegotiator.answerPublish(offer, SdpTestData.LOCAL, List.of(), wishes);
        assertTrue(SdpTestData.lines(answer.sdp(), 1).contains(expected), answer.sdp());
        assertFalse(SdpTestData.lines(answer.sdp(), 0).toString().contains("x-google"), "of sound");
        assertFalse(answer.tracks().get(1).codec().fmtp().contains("x-google"), "players would hear of it");
        assertFalse(SdpTestData.publish(offer).sdp().contains("x-google"));
    }

    @ParameterizedTest
    @CsvSource({"'',VP8", "h264,H264", "av1;vp8,AV1", "h265;vp9,VP9", "h265,VP8"})
    void shouldTakeTheCodecThatTheOperatorPrefersAndThePublisherHas(String preferred, String expected)
            throws SdpException {
        String offer = SdpTestData.wire("chromium-publish-camera");
        PublishWishes wishes = new PublishWishes(List.of(preferred.split(";")), true, 0, 0);
        PublishAnswer answer = SdpNegotiator.answerPublish(offer, SdpTestData.LOCAL, List.of(), wishes);
        assertEquals(expected, answer.tracks().get(1).codec().name());
        assertEquals("opus", answer.tracks().get(0).codec().name());
    }

    @Test
    void shouldGoOnWithTheCodecThatRunsWhenTheWishesChange() throws SdpException {
        String offer = SdpTestData.wire("chromium-publish-camera");
        PublishAnswer first = SdpTestData.publish(offer);
        PublishWishes wishes = new PublishWishes(List.of("h264"), true, 0, 0);
        PublishAnswer later = SdpNegotiator.answerPublish(offer, SdpTestData.LOCAL, first.tracks(), wishes);
        assertEquals(first.tracks(), later.tracks());
    }

    @Test
    void shouldAgreeOnNoFeedbackAboutTheWayWhenThePublisherIsNotToAdapt() throws SdpException {
        String offer = SdpTestData.wire("chromium-publish-camera");
        PublishWishes wishes = new PublishWishes(List.of(), false, 0, 1_000_000);
        PublishAnswer answer = SdpNegotiator.answerPublish(offer, SdpTestData.LOCAL, List.of(), wishes);
        assertFalse(answer.sdp().contains("transport-cc"), "nor its header extension");
        assertFalse(answer.sdp().contains("transport-wide-cc"));
        assertFalse(answer.sdp().contains("goog-remb"));
        assertTrue(answer.sdp().contains("b=TIAS:1000000"));
        assertTrue(answer.sdp().contains("nack pli"));
    }

    @Test
    void shouldAnswerChromiumInItsOwnNumbers() throws SdpException {
        PublishAnswer answer = SdpTestData.publish(SdpTestData.wire("chromium-publish-ws"));

        PublishTrack audio = answer.tracks().get(0);
        assertEquals("opus", audio.codec().name());
        assertEquals("minptime=10;useinbandfec=1", audio.codec().fmtp());
        assertEquals(111, audio.payloadType());
        assertTrue(audio.transportCc());
        assertEquals(1, audio.extensions().id(ExtensionType.AUDIO_LEVEL));
        assertEquals(3, audio.extensions().id(ExtensionType.TRANSPORT_CC));
        assertEquals(4, audio.extensions().id(ExtensionType.MID));
        assertEquals(0, audio.extensions().id(ExtensionType.ABS_SEND_TIME), "nothing reads it");

        PublishTrack video = answer.tracks().get(1);
        assertEquals("VP8", video.codec().name());
        assertEquals(96, video.payloadType());
        assertTrue(video.nackPli() && video.ccmFir() && video.transportCc());
        assertFalse(video.remb() || answer.sdp().contains("goog-remb"), "never sent beside transport-cc");
        assertEquals(13, video.extensions().id(ExtensionType.VIDEO_ORIENTATION));

        List<String> lines = SdpTestData.lines(answer.sdp(), 1);
        assertEquals("m=video 7000 UDP/TLS/RTP/SAVPF 96 97", lines.getFirst());
        assertTrue(lines.contains("c=IN IP4 192.0.2.1"));
        assertTrue(lines.contains("a=recvonly"));
        assertTrue(lines.contains("a=rtcp-rsize"));
        assertTrue(lines.contains("a=rtcp-fb:96 transport-cc"));
        assertTrue(lines.contains("a=rtcp-fb:96 nack pli"));
        assertTrue(lines.contains("a=rtcp-fb:96 nack"));
        assertTrue(lines.contains("a=rtpmap:97 rtx/90000"));
        assertTrue(lines.contains("a=fmtp:97 apt=96"));
        assertTrue(video.nack());
        assertEquals(97, video.rtxPayloadType());
        assertFalse(audio.nack() || SdpTestData.lines(answer.sdp(), 0).contains("nack"), "sound has its own means");
        assertFalse(lines.stream().anyMatch(line -> line.startsWith("a=ssrc")));
    }

    @Test
    void shouldAnswerFirefoxInItsOwnNumbers() throws SdpException {
        PublishAnswer answer = SdpTestData.publish(SdpTestData.wire("firefox-publish-ws"));
        PublishTrack video = answer.tracks().get(0);
        assertEquals(120, video.payloadType());
        assertEquals(List.of(1767721194L), video.ssrcs(), "the retransmission's is left out");
        assertEquals(0, video.extensions().id(ExtensionType.PLAYOUT_DELAY), "Firefox only receives it");
        assertEquals("", video.codec().fmtp(), "max-fs is about receiving");
        PublishTrack audio = answer.tracks().get(1);
        assertEquals(109, audio.payloadType());
        assertEquals(
                "maxplaybackrate=48000;stereo=1;useinbandfec=1", audio.codec().fmtp());
    }

    @Test
    void shouldUseTheBundleSectionsCredentialsWhenSectionsDiffer() throws SdpException {
        PublishAnswer answer = SdpTestData.publish(SdpTestData.wire("aiortc-publish"));
        assertEquals("uOjW", answer.remote().ufrag());
        assertEquals("PAVpeDKtxfbvnlukEqmdSM", answer.remote().password());
        assertFalse(answer.remote().extmapAllowMixed());
        assertEquals("0", answer.bundleMid());
        PublishTrack video = answer.tracks().get(1);
        assertEquals(97, video.payloadType());
        assertEquals(List.of(1705444891L), video.ssrcs());
        assertTrue(video.remb());
        assertFalse(video.transportCc() || video.ccmFir());
    }

    @Test
    void shouldTakeGstreamersBundleOnlySectionAndUpperCaseCodec() throws SdpException {
        PublishAnswer answer = SdpTestData.publish(SdpTestData.wire("gstreamer-publish"));
        PublishTrack audio = answer.tracks().get(1);
        assertEquals("audio1", audio.mid());
        assertEquals("opus", audio.codec().name());
        assertEquals("sprop-stereo=1;stereo=1", audio.codec().fmtp());
        List<String> lines = SdpTestData.lines(answer.sdp(), 1);
        assertEquals("m=audio 7000 UDP/TLS/RTP/SAVPF 111", lines.getFirst());
        assertFalse(answer.tracks().getFirst().transportCc(), "feedback without the extension cannot work");
        assertFalse(answer.sdp().contains("transport-cc"));
        assertEquals("video0", answer.bundleMid());
    }

    @Test
    void shouldAnswerPionLibdatachannelAndWerift() throws SdpException {
        PublishAnswer pion = SdpTestData.publish(SdpTestData.wire("pion-publish"));
        assertEquals(List.of(3847734121L), pion.tracks().getFirst().ssrcs());
        PublishAnswer libdatachannel = SdpTestData.publish(SdpTestData.wire("libdatachannel-publish-h264"));
        assertEquals(
                "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1",
                libdatachannel.tracks().get(1).codec().fmtp());
        PublishAnswer werift = SdpTestData.publish(SdpTestData.wire("werift-publish"));
        assertEquals(96, werift.tracks().get(1).payloadType());
    }

    @Test
    void shouldPreferConstrainedBaselineInModeOneAmongH264() throws SdpException {
        assertEquals(
                109,
                SdpTestData.publish(SdpTestData.wire("libwebrtc-java-publish-h264")).tracks().stream()
                        .filter(track -> track.kind() == MediaKind.VIDEO)
                        .findFirst()
                        .orElseThrow()
                        .payloadType());
        PublishAnswer aiortc = SdpTestData.publish(SdpTestData.wire("aiortc-publish-h264"));
        assertEquals(101, aiortc.tracks().get(1).payloadType());
    }

    @Test
    void shouldTakeTheRetransmissionOfTheChosenCodecOnly() throws SdpException {
        String offer = SdpTestData.offer(
                "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100",
                "a=rtpmap:96 VP8/90000",
                "a=rtcp-fb:96 nack",
                "a=rtpmap:97 rtx/90000",
                "a=fmtp:97 apt=98",
                "a=rtpmap:98 VP9/90000",
                "a=rtpmap:99 RTX/90000",
                "a=fmtp:99 rtx-time=3000; APT=96",
                "a=rtpmap:100 rtx/90000",
                "a=fmtp:100 apt=1000");
        PublishTrack track = SdpTestData.publish(offer).tracks().getFirst();
        assertTrue(track.nack());
        assertEquals(99, track.rtxPayloadType());
        PublishTrack without = SdpTestData.publish(offer.replace("96 nack", "96 nack pli"))
                .tracks()
                .getFirst();
        assertFalse(without.nack());
        assertEquals(-1, without.rtxPayloadType(), "nobody would ask for it");
    }

    @Test
    void shouldKeepTheOffersOrderBetweenCodecs() throws SdpException {
        String offer = SdpTestData.offer(
                "m=video 9 UDP/TLS/RTP/SAVPF 97 98 102 96",
                "a=rtpmap:97 rtx/90000",
                "a=rtpmap:98 VP9/90000",
                "a=fmtp:98 profile-id=2",
                "a=rtpmap:102 H264/90000",
                "a=rtpmap:96 VP8/90000");
        CodecFormat codec = SdpTestData.publish(offer).tracks().getFirst().codec();
        assertEquals("VP9", codec.name());
        assertEquals("profile-id=2", codec.fmtp());
    }

    @Test
    void shouldTakeChromiumsLayers() throws SdpException {
        PublishAnswer answer = SdpTestData.publish(SdpTestData.wire("chromium-publish-simulcast"));
        PublishTrack video = answer.tracks().get(1);
        assertEquals(List.of(), video.ssrcs());
        assertEquals(4, video.extensions().id(ExtensionType.MID), "the only way to find its packets");
        assertEquals(12, video.extensions().id(ExtensionType.DEPENDENCY_DESCRIPTOR));
        assertEquals(3, video.rids().size());
        assertEquals(10, video.extensions().id(ExtensionType.RID));
        assertTrue(answer.sdp().contains("a=simulcast:recv " + String.join(";", video.rids())));
    }

    @Test
    void shouldTakeRedOnlyWhereItStandsFirst() throws SdpException {
        String first = SdpTestData.offer(
                "m=audio 9 UDP/TLS/RTP/SAVPF 63 111 0",
                "a=rtpmap:63 RED/48000/2",
                "a=fmtp:63 111/111",
                "a=rtpmap:111 opus/48000/2");
        PublishTrack track = SdpTestData.publish(first).tracks().getFirst();
        assertEquals(111, track.payloadType());
        assertEquals(63, track.redPayloadType());
        List<String> lines = SdpTestData.lines(SdpTestData.publish(first).sdp(), 0);
        assertEquals("m=audio 7000 UDP/TLS/RTP/SAVPF 63 111", lines.getFirst());
        assertTrue(lines.contains("a=rtpmap:63 red/48000/2"));
        assertTrue(lines.contains("a=fmtp:63 111/111"));

        PublishTrack second = SdpTestData.publish(first.replace("SAVPF 63 111", "SAVPF 111 63"))
                .tracks()
                .getFirst();
        assertEquals(-1, second.redPayloadType());
    }

    @Test
    void shouldTakeStaticPayloadTypesWithoutRtpmap() throws SdpException {
        PublishTrack track = SdpTestData.publish(SdpTestData.offer("m=audio 9 UDP/TLS/RTP/SAVPF 9 8 0", "a=sendonly"))
                .tracks()
                .getFirst();
        assertEquals("PCMA", track.codec().name());
        assertEquals(8, track.payloadType());
    }

    @Test
    void shouldSetFurtherSectionsInactiveAndRejectOtherKinds() throws SdpException {
        String offer = SdpTestData.offer("m=application 9 UDP/DTLS/SCTP webrtc-datachannel")
                        .replace("BUNDLE 0", "BUNDLE 0 1 2 3")
                + SdpTestData.section("1", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2")
                + SdpTestData.section("2", "m=audio 9 UDP/TLS/RTP/SAVPF 9 111", "a=rtpmap:111 opus/48000/2")
                + SdpTestData.section("3", "m=video 0 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 VP8/90000");
        PublishAnswer answer = SdpTestData.publish(offer);
        assertEquals(1, answer.tracks().size());
        assertEquals("1", answer.bundleMid(), "the data channel's section is rejected, so the next carries the bundle");
        assertTrue(answer.sdp().contains("a=group:BUNDLE 1 2\r\n"));
        assertEquals(
                "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
                SdpTestData.lines(answer.sdp(), 0).getFirst());
        assertTrue(SdpTestData.lines(answer.sdp(), 1).contains("a=end-of-candidates"));
        List<String> further = SdpTestData.lines(answer.sdp(), 2);
        assertEquals("m=audio 7000 UDP/TLS/RTP/SAVPF 111", further.getFirst());
        assertTrue(further.contains("a=inactive"));
        assertEquals(
                "m=video 0 UDP/TLS/RTP/SAVPF 96",
                SdpTestData.lines(answer.sdp(), 3).getFirst());
    }

    @Test
    void shouldNameTheCodecsWhenNoneFits() {
        String offer = SdpTestData.offer(
                "m=audio 9 UDP/TLS/RTP/SAVPF 9 13 99", "a=rtpmap:9 G722/8000", "a=rtpmap:13 CN/8000", "a=sendonly");
        SdpException refusal = assertThrows(SdpException.class, () -> SdpTestData.publish(offer));
        assertEquals(SdpException.Kind.NO_COMMON_CODEC, refusal.kind());
        assertEquals(
                "line 6: audio: expected opus, PCMU or PCMA, the offer has G722, payload type 99",
                refusal.getMessage());
    }

    @Test
    void shouldKeepTheRunningCodecInALaterOffer() throws SdpException {
        String offer = SdpTestData.offer(
                "m=video 9 UDP/TLS/RTP/SAVPF 96 98", "a=rtpmap:96 VP8/90000", "a=rtpmap:98 VP9/90000");
        PublishAnswer first = SdpTestData.publish(offer);
        String later = offer.replace("SAVPF 96 98", "SAVPF 98 96").replace("ice-ufrag:remo", "ice-ufrag:newu");
        PublishAnswer second = SdpNegotiator.answerPublish(later, SdpTestData.LOCAL, first.tracks());
        assertEquals(first.tracks(), second.tracks());
        assertEquals("newu", second.remote().ufrag());

        PublishAnswer changed = SdpNegotiator.answerPublish(
                later.replace("a=rtpmap:96 VP8", "a=rtpmap:96 AV1"), SdpTestData.LOCAL, first.tracks());
        assertEquals("VP9", changed.tracks().getFirst().codec().name());
    }

    @Test
    void shouldLetOnlyALaterOfferStopAllTracks() throws SdpException {
        String sending = SdpTestData.offer("m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=sendonly");
        String stopped = sending.replace("a=sendonly", "a=inactive");
        SdpException refusal = assertThrows(SdpException.class, () -> SdpTestData.publish(stopped));
        assertEquals(SdpException.Kind.BAD_SDP, refusal.kind());
        PublishAnswer first = SdpTestData.publish(sending);
        PublishAnswer second = SdpNegotiator.answerPublish(stopped, SdpTestData.LOCAL, first.tracks());
        assertEquals(List.of(), second.tracks());
        assertTrue(second.sdp().contains("a=inactive"));
    }

    @Test
    void shouldRespectExtensionDirectionsAndTheOneByteForm() throws SdpException {
        String offer = SdpTestData.offer(
                "m=video 9 UDP/TLS/RTP/SAVPF 96",
                "a=rtpmap:96 VP8/90000",
                "a=extmap:3/sendonly urn:3gpp:video-orientation",
                "a=extmap:4/recvonly " + ExtensionType.ABS_CAPTURE_TIME.uri(),
                "a=extmap:20 " + ExtensionType.MID.uri());
        HeaderExtensions ids = SdpTestData.publish(offer).tracks().getFirst().extensions();
        assertEquals(3, ids.id(ExtensionType.VIDEO_ORIENTATION));
        assertEquals(0, ids.id(ExtensionType.ABS_CAPTURE_TIME));
        assertEquals(0, ids.id(ExtensionType.MID), "needs the two-byte form");
        assertTrue(SdpTestData.publish(offer).sdp().contains("a=extmap:3/recvonly urn:3gpp:video-orientation\r\n"));
        HeaderExtensions mixed = SdpTestData.publish(offer + "a=extmap-allow-mixed\r\n")
                .tracks()
                .getFirst()
                .extensions();
        assertEquals(20, mixed.id(ExtensionType.MID));
    }

    @Test
    void shouldAnswerAnEstimateOnlyWhereNoSectionHasTransportFeedback() throws SdpException {
        String number = "a=extmap:3 " + ExtensionType.TRANSPORT_CC.uri();
        String video = SdpTestData.section(
                "1",
                "m=video 9 UDP/TLS/RTP/SAVPF 96",
                "a=rtpmap:96 VP8/90000",
                "a=rtcp-fb:96 goog-remb",
                "a=rtcp-fb:96 nack pli");
        String with = SdpTestData.offer("m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=rtcp-fb:0 transport-cc", number);
        PublishAnswer both = SdpTestData.publish(with.replace("BUNDLE 0", "BUNDLE 0 1") + video);
        assertTrue(both.tracks().get(0).transportCc());
        assertFalse(both.tracks().get(1).remb() || both.sdp().contains("goog-remb"));
        assertTrue(both.sdp().contains("a=rtcp-fb:96 nack pli\r\n"));

        String without = SdpTestData.offer("m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=rtcp-fb:0 transport-cc");
        PublishAnswer one = SdpTestData.publish(without.replace("BUNDLE 0", "BUNDLE 0 1") + video);
        assertFalse(one.tracks().get(0).transportCc());
        assertTrue(one.tracks().get(1).remb());
        assertTrue(one.sdp().contains("a=rtcp-fb:96 goog-remb\r\n"));
    }

    @Test
    void shouldTakeTheDependencyDescriptorOnlyWhereItsLargeElementsFit() throws SdpException {
        String offer = SdpTestData.offer(
                "m=video 9 UDP/TLS/RTP/SAVPF 45",
                "a=rtpmap:45 AV1/90000",
                "a=extmap:12 " + ExtensionType.DEPENDENCY_DESCRIPTOR.uri());
        PublishAnswer small = SdpTestData.publish(offer);
        assertEquals(0, small.tracks().getFirst().extensions().id(ExtensionType.DEPENDENCY_DESCRIPTOR));
        assertFalse(small.sdp().contains("dependency-descriptor"));
        PublishAnswer large = SdpTestData.publish(offer + "a=extmap-allow-mixed\r\n");
        assertEquals(12, large.tracks().getFirst().extensions().id(ExtensionType.DEPENDENCY_DESCRIPTOR));
    }

    @Test
    void shouldAllowMixedFormsOnlyWhereAllSectionsDo() throws SdpException {
        String audio = SdpTestData.offer("m=audio 9 UDP/TLS/RTP/SAVPF 0").replace("BUNDLE 0", "BUNDLE 0 1");
        String video = SdpTestData.section(
                "1",
                "m=video 9 UDP/TLS/RTP/SAVPF 45",
                "a=rtpmap:45 AV1/90000",
                "a=extmap-allow-mixed",
                "a=extmap:12 " + ExtensionType.DEPENDENCY_DESCRIPTOR.uri());
        PublishAnswer one = SdpTestData.publish(audio + video);
        assertFalse(one.remote().extmapAllowMixed() || one.sdp().contains("extmap-allow-mixed"));
        assertEquals(0, one.tracks().get(1).extensions().id(ExtensionType.DEPENDENCY_DESCRIPTOR));
        PublishAnswer all = SdpTestData.publish(audio + "a=extmap-allow-mixed\r\n" + video);
        assertTrue(all.remote().extmapAllowMixed() && all.sdp().contains("extmap-allow-mixed"));
        assertEquals(12, all.tracks().get(1).extensions().id(ExtensionType.DEPENDENCY_DESCRIPTOR));
    }

    @Test
    void shouldAnswerAnOfferWithoutAGroupWithoutOne() throws SdpException {
        String offer = SdpTestData.offer("m=audio 9 UDP/TLS/RTP/SAVPF 0").replace("a=group:BUNDLE 0\r\n", "");
        PublishAnswer answer = SdpTestData.publish(offer);
        assertFalse(answer.sdp().contains("BUNDLE"));
        assertTrue(answer.sdp().contains("a=end-of-candidates"));
    }
}
