package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threats 22 and 23: what a hostile description can do. */
class SdpThreatTest {
    private static final String AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111 0";
    private static final String OPUS = "a=rtpmap:111 opus/48000/2";

    private static void assertRefused(int line, String expected, String offer) {
        SdpException refusal = assertThrows(SdpException.class, () -> SdpTestData.publish(offer), expected);
        assertEquals(SdpException.Kind.BAD_SDP, refusal.kind());
        assertEquals(line, refusal.line(), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
        assertTrue(refusal.getMessage().length() < 200, refusal.getMessage());
        assertTrue(refusal.getMessage().chars().allMatch(c -> c >= ' ' && c <= '~'), refusal.getMessage());
    }

    private static String with(String... attributes) {
        return SdpTestData.offer(AUDIO, attributes);
    }

    @Test
    void shouldRefuseMediaWithoutEncryption() {
        for (String protocol : List.of("RTP/AVP", "RTP/AVPF", "udp", "DTLS/SCTP")) {
            assertRefused(
                    6, "expected media encrypted by DTLS-SRTP", with(OPUS).replace("UDP/TLS/RTP/SAVPF", protocol));
        }
        assertRefused(6, "expected a=fingerprint", with(OPUS).replaceAll("a=fingerprint.*\r\n", ""));
        assertRefused(
                6,
                "expected a=fingerprint",
                with(OPUS).replaceAll("a=fingerprint.*\r\n", "a=fingerprint:sha-1 " + "AB:".repeat(19) + "AB\r\n"));
        assertRefused(6, "expected a=rtcp-mux", with(OPUS).replace("a=rtcp-mux\r\n", ""));
    }

    @Test
    void shouldRefuseRolesThatMakeUsTheDtlsClient() {
        String offer = with(OPUS);
        assertRefused(13, "expected a=setup:active or actpass", offer.replace("actpass", "passive"));
        assertRefused(13, "expected a=setup:active or actpass", offer.replace("actpass", "holdconn"));
        assertRefused(13, "expected a=setup:active or actpass", offer.replace("actpass", "x".repeat(1_000)));
    }

    @Test
    void shouldTakeTheActiveRoleAndTheDefaultOne() throws SdpException {
        SdpTestData.publish(with(OPUS).replace("actpass", "active"));
        SdpTestData.publish(with(OPUS).replaceAll("a=setup.*\r\n", ""));
    }

    @Test
    void shouldRefusePayloadTypesBeyond127() {
        assertRefused(6, "expected a payload type from 0 to 127", with(OPUS).replace("SAVPF 111", "SAVPF 128"));
        assertRefused(6, "expected a payload type from 0 to 127", with(OPUS).replace("SAVPF 111", "SAVPF -1"));
        assertRefused(14, "expected a payload type from 0 to 127", with("a=rtpmap:4294967407 opus/48000/2"));
        assertRefused(14, "expected a payload type from 0 to 127", with("a=fmtp:300 x=1"));
        assertRefused(14, "expected a payload type from 0 to 127", with("a=rtcp-fb:128 nack"));
        assertRefused(6, "each payload type once", with(OPUS).replace("111 0", "111 0 111"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rm=audio 9 UDP 0", "a\0b", "a\u001bb", "a\u007f"})
    void shouldRefuseControlCharacters(String text) {
        assertRefused(14, "expected text, got control character", with("a=x:" + text));
    }

    /** A lone LF is a line's end, so what follows is read as a line and never written as part of another. */
    @Test
    void shouldNeverWriteAnInjectedLine() throws SdpException {
        List<String> hostile = List.of(
                "a=fmtp:111 stereo=1\u2028a=candidate:evil;useinbandfec=1",
                "a=fmtp:111 stereo=1\\r\\na=candidate:evil",
                "a=rtpmap:96 <script>/90000",
                "a=extmap:1 urn:evil",
                "a=ssrc:1 cname:evil",
                "a=msid:evil evil",
                "a=tool:evil",
                "b=AS:evil",
                "i=evil");
        for (String line : hostile) {
            try {
                String answer = SdpTestData.publish(with(OPUS, line)).sdp();
                assertFalse(answer.contains("evil"), answer);
                assertFalse(answer.contains("script"), answer);
            } catch (SdpException refusal) {
                assertTrue(refusal.getMessage().startsWith("line 15: "), refusal.getMessage());
            }
        }
    }

    @Test
    void shouldNameTheLineOfWhatIsMalformed() {
        assertRefused(1, "expected \"v=0\"", "");
        assertRefused(1, "expected \"v=0\"", "\r\n\n".substring(2) + "");
        assertRefused(1, "expected \"v=0\" as the first line", "v=1\r\n");
        assertRefused(1, "expected a letter and", "hello");
        assertRefused(3, "expected a letter and", "v=0\r\n\r\n=x\r\n");
        assertRefused(2, "expected an m-section", "v=0\r\ns=-\r\n");
        assertRefused(6, "expected m=kind port", with(OPUS).replace(AUDIO, "m=audio"));
        assertRefused(6, "expected m=kind port", with(OPUS).replace("audio 9", "audio 65536"));
        assertRefused(8, "expected a=mid", with(OPUS).replace("a=mid:0", "a=mid:"));
        assertRefused(14, "expected one a=mid", with("a=mid:1"));
        assertRefused(10, "expected an ice-ufrag", with(OPUS).replace("remo", "r"));
        assertRefused(11, "expected an ice-pwd", with(OPUS).replace("remotepassword", "remote password"));
        assertFalse(
                assertThrows(
                                SdpException.class,
                                () -> SdpTestData.publish(with(OPUS).replace("remotep", "secret p")))
                        .getMessage()
                        .contains("secret"),
                "messages reach logs");
        assertRefused(12, "32 bytes in hex", with(OPUS).replace(":CD:CD\r", ":CD\r"));
        assertRefused(12, "32 bytes in hex", with(OPUS).replace(":CD:CD\r", ":CD:CG\r"));
        assertRefused(14, "expected a=rtpmap", with("a=rtpmap:111 opus"));
        assertRefused(14, "expected a=rtpmap", with("a=rtpmap:111 opus/0"));
        assertRefused(14, "expected a=extmap", with("a=extmap:0 urn:x"));
        assertRefused(14, "expected a=extmap", with("a=extmap:1/upwards urn:x"));
        assertRefused(14, "expected an SSRC", with("a=ssrc:4294967296 cname:x"));
        assertRefused(14, "expected an SSRC", with("a=ssrc"));
        assertRefused(14, "expected an SSRC", with("a=ssrc-group:FID 1 x"));
        assertRefused(14, "expected a=rtcp-fb", with("a=rtcp-fb:111"));
    }

    @Test
    void shouldRefuseSeveralSectionsOutsideOneBundle() {
        String second = SdpTestData.section("1", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 VP8/90000");
        assertRefused(15, "expected a=group:BUNDLE", with(OPUS) + second);
        assertRefused(6, "expected a=group:BUNDLE", (with(OPUS) + second).replace("BUNDLE 0", "LS 0 1"));
        assertRefused(15, "expected a=mid", with(OPUS) + second.replace("a=mid:1\r\n", ""));
    }

    @Test
    void shouldRefuseTheSameSsrcInTwoSections() {
        String offer = with(OPUS, "a=ssrc:7 cname:x").replace("BUNDLE 0", "BUNDLE 0 1")
                + SdpTestData.section(
                        "1", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 VP8/90000", "a=ssrc:7 cname:x");
        assertRefused(16, "expected an SSRC of its own", offer);
    }

    @Test
    void shouldRefuseAnIdThatIsTheMidInOneSectionAndNotInTheOther() {
        String offer =
                with(OPUS, "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid").replace("BUNDLE 0", "BUNDLE 0 1")
                        + SdpTestData.section(
                                "1",
                                "m=video 9 UDP/TLS/RTP/SAVPF 96",
                                "a=rtpmap:96 VP8/90000",
                                "a=extmap:3 urn:3gpp:video-orientation");
        assertRefused(16, "expected extmap 3 to be the mid", offer);
    }

    @Test
    void shouldBoundEverythingThatCanBeRepeated() {
        assertRefused(0, "expected at most 65536 characters", with("a=x:" + "y".repeat(66_000)));
        assertRefused(4097, "expected at most 4096 lines", with(OPUS) + "a=x\r\n".repeat(4_096));
        assertRefused(15 + 512, "expected at most 512 candidates", with(OPUS) + "a=candidate:1\r\n".repeat(513));
        assertRefused(14 + 64, "expected at most 64 SSRC groups", with("a=ssrc-group:FID 1 2\r\n".repeat(65)));
        assertRefused(14 + 64, "expected at most 64 header extensions", with("a=extmap:1 urn:x\r\n".repeat(65)));
        StringBuilder ssrcs = new StringBuilder();
        for (int i = 0; i < 65; i++) {
            ssrcs.append("a=ssrc:").append(i).append(" cname:x\r\n");
        }
        assertRefused(14 + 64, "expected at most 64 SSRCs", with(ssrcs.toString()));
        assertRefused(15 + 31, "expected at most 32 m-sections", with(OPUS) + "m=audio 0 RTP/AVP 0\r\n".repeat(32));
        String fingerprint = "a=fingerprint:sha-1 AB\r\n";
        assertRefused(14 + 7, "expected at most 8 fingerprints", with(fingerprint.repeat(9)));
    }

    /**
     * Each shape is as large as is let in and aims at one step that would be quadratic if it were done carelessly. A
     * thousand rounds of a linear reader take a fraction of the time that is given.
     */
    @Test
    void shouldReadTheLargestInputsInLinearTime() {
        List<String> shapes = List.of(
                fill("a=fmtp:111 ", ";a"),
                fill("a=fmtp:111 ", ";"),
                fill("a=fmtp:111 ", "a=b;"),
                fill("a=fmtp:111 ", " "),
                fill("a=rtpmap:", " 1"),
                fill("a=rtpmap:111 ", "/"),
                fill("a=ssrc-group:FID", " 1"),
                fill("a=group:BUNDLE", " 0"),
                fill("a=extmap:1 ", "u "),
                fill("a=rtcp-fb:111 ", "nack "),
                fill("a=fingerprint:sha-256 ", "AB:"),
                fill("a=mid:", "m"),
                fill("m=audio 9 UDP/TLS/RTP/SAVPF", " 1"),
                fill("a=", ":"),
                "\n".repeat(65_000),
                "\r".repeat(65_000),
                with(OPUS) + "a=\r\n".repeat(4_000),
                with(OPUS) + "a=fmtp:111 x\r\n".repeat(4_000),
                with(OPUS) + "a=rtpmap:111 x/1\r\n".repeat(3_000));
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String shape : shapes) {
                for (int i = 0; i < 20; i++) {
                    parse(shape);
                }
            }
        });
    }

    private static String fill(String start, String repeated) {
        String offer = with(OPUS, start);
        return offer.substring(0, offer.length() - 2)
                + repeated.repeat((SdpLimits.MAX_CHARS - offer.length()) / repeated.length());
    }

    private static void parse(String offer) {
        try {
            SdpTestData.publish(offer);
        } catch (SdpException refusal) {
            assertTrue(refusal.getMessage().length() < 200);
        }
    }
}
