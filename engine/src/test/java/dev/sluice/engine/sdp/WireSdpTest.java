package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sluice.engine.rtp.ExtensionType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every captured description of a real client is taken. */
class WireSdpTest {

    private static List<String> names() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(WireSdpTest.class.getResource("/wire")).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sdp"))
                    .map(name -> name.substring(0, name.length() - 4))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldFindTheCapturedFiles() throws Exception {
        assertTrue(names().size() >= 50, names().toString());
    }

    @TestFactory
    List<DynamicTest> shouldTakeWhatRealClientsSent() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (String name : names()) {
            String sdp = SdpTestData.wire(name);
            if (name.contains("-publish")) {
                tests.add(dynamicTest(name, () -> checkPublish(sdp)));
            } else if (sdp.contains("a=setup:active")) {
                tests.add(dynamicTest(name, () -> checkPlayAnswer(sdp)));
            } else {
                tests.add(dynamicTest(name, () -> checkPlayOffer(sdp)));
            }
        }
        return tests;
    }

    private static void checkPublish(String offer) throws SdpException {
        PublishAnswer answer = SdpTestData.publish(offer);
        SdpSession offered = SdpParser.parse(offer);
        SdpSession parsed = checkAnswer(offered, answer.sdp());
        assertEquals(offered.media().size(), answer.tracks().size());
        for (PublishTrack track : answer.tracks()) {
            SdpMedia media = parsed.find(track.mid());
            assertEquals(Direction.RECVONLY, media.direction());
            assertEquals(track.rtxPayloadType() < 0 ? 1 : 2, media.codecs.size());
            assertEquals(track.payloadType(), media.codecs.getFirst().payloadType());
            assertEquals(track.codec().name(), media.codecs.getFirst().format().name());
            assertEquals(track.rtxPayloadType(), media.rtxPayloadType(track.payloadType()));
            assertEquals(-1, track.redPayloadType());
            assertTrue(track.ssrcs().size() <= 1, "companions are left out: " + track.ssrcs());
            assertEquals(track.kind() == MediaKind.VIDEO, track.nackPli());
            SdpExtension mid = offered.find(track.mid()).extension(ExtensionType.MID);
            assertEquals(mid == null ? 0 : mid.id(), track.extensions().id(ExtensionType.MID));
        }
    }

    private static void checkPlayOffer(String offer) throws SdpException {
        SdpSession offered = SdpParser.parse(offer);
        boolean vp8 = offer.contains("VP8/90000");
        PlayAnswer answer = SdpTestData.play(offer, SdpTestData.OPUS, vp8 ? SdpTestData.VP8 : SdpTestData.H264_CB);
        SdpSession parsed = checkAnswer(offered, answer.sdp());
        assertEquals(offered.media().size(), answer.tracks().size());
        for (PlayTrack track : answer.tracks()) {
            SdpMedia media = parsed.find(track.mid());
            assertEquals(Direction.SENDONLY, media.direction());
            assertEquals(List.of(track.ssrc()), media.ssrcs);
            assertEquals(track.rtxPayloadType() < 0 ? 1 : 2, media.codecs.size());
            assertEquals(track.rtxPayloadType(), media.rtxPayloadType(track.payloadType()));
            SdpCodec theirs = offered.find(track.mid()).codec(track.payloadType());
            assertTrue(theirs.format().compatibleWith(track.codec()));
            for (ExtensionType type : ExtensionType.values()) {
                SdpExtension extension = offered.find(track.mid()).extension(type);
                int id = track.extensions().id(type);
                assertTrue(id == 0 || id == extension.id(), type + " keeps the offerer's id");
            }
            boolean numbered = track.extensions().id(ExtensionType.TRANSPORT_CC) != 0;
            assertEquals(numbered, media.codecs.getFirst().has(Feedback.TRANSPORT_CC));
            assertFalse(numbered && track.extensions().id(ExtensionType.ABS_SEND_TIME) != 0);
        }
    }

    private static void checkPlayAnswer(String answer) throws SdpException {
        SdpSession parsed = SdpParser.parse(answer);
        List<PlaySource> sources = new ArrayList<>();
        for (SdpMedia media : parsed.media()) {
            SdpCodec codec = media.codecs.getFirst();
            sources.add(new PlaySource(codec.format(), false, 1_000 + sources.size(), 2_000 + sources.size()));
        }
        PlayOffer offer = SdpNegotiator.offerPlay(sources, SdpTestData.ALL, SdpTestData.LOCAL);
        AcceptedPlay play = SdpNegotiator.acceptPlayAnswer(offer, answer);
        assertEquals(sources.size(), play.tracks().size());
        for (int i = 0; i < sources.size(); i++) {
            PlayTrack track = play.tracks().get(i);
            assertEquals(Integer.toString(i), track.mid());
            assertEquals(parsed.media().get(i).codecs.getFirst().payloadType(), track.payloadType());
            assertEquals(sources.get(i).ssrc(), track.ssrc());
            // The captured answers give id 1 to transport-cc, which this offer gave to the mid.
            assertEquals(HeaderExtensions.NONE, track.extensions());
            assertEquals(track.kind() == MediaKind.VIDEO, track.nackPli());
            assertEquals(track.kind() == MediaKind.VIDEO, track.ccmFir());
        }
        SdpMedia first = parsed.media().getFirst();
        assertEquals(first.ufrag(), play.remote().ufrag());
        assertEquals(first.password(), play.remote().password());
        assertEquals(first.fingerprints(), play.remote().fingerprints());
        assertTrue(play.remote().extmapAllowMixed());
    }

    /** What holds for every answer of ours. */
    private static SdpSession checkAnswer(SdpSession offered, String answer) throws SdpException {
        SdpSession parsed = SdpParser.parse(answer);
        assertEquals(offered.media().size(), parsed.media().size());
        assertEquals(offered.bundle(), parsed.bundle());
        for (int i = 0; i < parsed.media().size(); i++) {
            SdpMedia theirs = offered.media().get(i);
            SdpMedia ours = parsed.media().get(i);
            assertEquals(theirs.token, ours.token);
            assertEquals(theirs.mid, ours.mid);
            assertEquals(theirs.protocol, ours.protocol);
            assertEquals(7000, ours.port);
            assertEquals("passive", ours.setup());
            assertTrue(ours.rtcpMux);
            assertEquals(theirs.extmapAllowMixed(), ours.extmapAllowMixed());
            List<String> lines = SdpTestData.lines(answer, i);
            boolean tagged = ours.mid.equals(offered.bundle().getFirst());
            assertEquals(tagged, lines.contains("a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host"));
            assertEquals(tagged, lines.contains("a=end-of-candidates"));
        }
        assertTrue(answer.contains("\r\na=ice-lite\r\n"));
        for (String unspoken : List.of("ulpfec", "a=bundle-only")) {
            assertFalse(answer.contains(unspoken), unspoken);
        }
        return parsed;
    }
}
