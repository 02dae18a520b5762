package dev.sluice.engine.sdp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Captured descriptions and our side of a transport, for tests. Immutable. */
final class SdpTestData {
    static final Set<MediaKind> ALL = EnumSet.allOf(MediaKind.class);

    static final LocalTransport LOCAL = new LocalTransport(
            "localufr",
            "localpasswordlocalpassw0",
            "sha-256 " + "AB:".repeat(31) + "AB",
            List.of(new HostCandidate(0, "192.0.2.1", 7000), new HostCandidate(1, "2001:db8::1", 7000)),
            4711,
            1,
            "sluice",
            "stream1");

    static final CodecFormat OPUS = new CodecFormat(MediaKind.AUDIO, "opus", 48_000, 2, "minptime=10;useinbandfec=1");
    static final CodecFormat PCMU = new CodecFormat(MediaKind.AUDIO, "PCMU", 8_000, 1, "");
    static final CodecFormat VP8 = video("VP8", "");
    static final CodecFormat H264_CB =
            video("H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");

    private SdpTestData() {}

    static CodecFormat video(String name, String fmtp) {
        return new CodecFormat(MediaKind.VIDEO, name, 90_000, 0, fmtp);
    }

    static String wire(String name) {
        try (InputStream in = SdpTestData.class.getResourceAsStream("/wire/" + name + ".sdp")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PublishAnswer publish(String offer) throws SdpException {
        return SdpNegotiator.answerPublish(offer, LOCAL, List.of());
    }

    static PlayAnswer play(String offer, CodecFormat... codecs) throws SdpException {
        return SdpNegotiator.answerPlay(offer, sources(codecs), ALL, LOCAL, List.of());
    }

    static List<PlaySource> sources(CodecFormat... codecs) {
        List<PlaySource> sources = new ArrayList<>();
        for (CodecFormat codec : codecs) {
            long rtxSsrc = codec.kind() == MediaKind.VIDEO ? 2_000 + sources.size() : -1;
            sources.add(new PlaySource(codec, false, 1_000 + sources.size(), rtxSsrc));
        }
        return sources;
    }

    /** A publisher's offer with one section of given lines after the common ones. */
    static String offer(String mediaLine, String... attributes) {
        return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
                + section("0", mediaLine, attributes);
    }

    static String section(String mid, String mediaLine, String... attributes) {
        return mediaLine + "\r\nc=IN IP4 0.0.0.0\r\na=mid:" + mid
                + "\r\na=rtcp-mux\r\na=ice-ufrag:remo\r\na=ice-pwd:remotepasswordremotepas"
                + "\r\na=fingerprint:sha-256 " + "CD:".repeat(31) + "CD\r\na=setup:actpass\r\n"
                + (attributes.length == 0 ? "" : String.join("\r\n", attributes) + "\r\n");
    }

    /** The lines of one m-section of a description. */
    static List<String> lines(String sdp, int section) {
        String[] parts = sdp.split("(?m)^(?=m=)");
        return parts[section + 1].lines().toList();
    }
}
