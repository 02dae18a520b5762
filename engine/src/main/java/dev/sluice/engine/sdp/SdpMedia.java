package dev.sluice.engine.sdp;

import dev.sluice.engine.rtp.ExtensionType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One m-section as read. Written by the parser only, read-only afterwards. */
final class SdpMedia {
    private static final int MAX_NAMED_CODECS = 10;

    /** Of the m-line. */
    final int line;

    final String token;
    final int port;
    final String protocol;
    /** The m-line's last words, to be repeated in a rejection. */
    final List<String> formats;

    final SdpScope scope = new SdpScope();
    private final SdpScope session;

    String mid;
    boolean bundleOnly;
    boolean rtcpMux;
    boolean rtcpReducedSize;
    /** In the m-line's order, filled after the section's last line. */
    List<SdpCodec> codecs = List.of();
    /** Those of media, in order; those of retransmission and the like left out. */
    List<Long> ssrcs = List.of();

    /** Layers that the section can send, each by its RID, in the order of {@code a=simulcast} (RFC 8853). */
    List<SdpRid> simulcast = List.of();

    SdpMedia(int line, String token, int port, String protocol, List<String> formats, SdpScope session) {
        this.line = line;
        this.token = token;
        this.port = port;
        this.protocol = protocol;
        this.formats = formats;
        this.session = session;
    }

    /** Audio or video, or null. */
    MediaKind kind() {
        return MediaKind.ofToken(token);
    }

    /** Port 0 means rejected (RFC 3264 section 6), unless the section is bundle-only (RFC 9143 section 6). */
    boolean isRejected() {
        return port == 0 && !bundleOnly;
    }

    Direction direction() {
        if (scope.direction != null) {
            return scope.direction;
        }
        return session.direction != null ? session.direction : Direction.SENDRECV;
    }

    String ufrag() {
        return scope.ufrag != null ? scope.ufrag : session.ufrag;
    }

    String password() {
        return scope.password != null ? scope.password : session.password;
    }

    List<String> fingerprints() {
        return scope.fingerprints.isEmpty() ? session.fingerprints : scope.fingerprints;
    }

    String setup() {
        return scope.setup != null ? scope.setup : session.setup;
    }

    int setupLine() {
        return scope.setup != null ? scope.setupLine : session.setup != null ? session.setupLine : line;
    }

    boolean extmapAllowMixed() {
        return scope.extmapAllowMixed || session.extmapAllowMixed;
    }

    /** The first line for this extension, or null. */
    SdpExtension extension(ExtensionType type) {
        SdpExtension own = find(scope.extensions, type);
        return own != null ? own : find(session.extensions, type);
    }

    private static SdpExtension find(List<SdpExtension> extensions, ExtensionType type) {
        for (SdpExtension extension : extensions) {
            if (extension.uri().equals(type.uri())) {
                return extension;
            }
        }
        return null;
    }

    SdpCodec codec(int payloadType) {
        for (SdpCodec codec : codecs) {
            if (codec.payloadType() == payloadType) {
                return codec;
            }
        }
        return null;
    }

    /** The payload type that sends the packets of this one again, or −1. */
    int rtxPayloadType(int payloadType) {
        for (SdpCodec codec : codecs) {
            if (codec.retransmits() == payloadType) {
                return codec.payloadType();
            }
        }
        return -1;
    }

    /** The codecs by name for a refusal, without the companions that carry no media of their own. */
    String describeCodecs() {
        Set<String> names = new LinkedHashSet<>();
        for (SdpCodec codec : codecs) {
            if (codec.name() == null && kind() == MediaKind.VIDEO) {
                // Chromium rejects with "m=video 0 … 0": not a codec of its.
                continue;
            }
            String name = codec.name() == null ? "payload type " + codec.payloadType() : codec.name();
            switch (name.toLowerCase(Locale.ROOT)) {
                case "rtx", "red", "ulpfec", "flexfec", "flexfec-03", "cn", "telephone-event" -> {}
                default ->
                    names.add(codec.format() == null ? name : codec.format().describe());
            }
            if (names.size() > MAX_NAMED_CODECS) {
                break;
            }
        }
        List<String> list = new ArrayList<>(names);
        if (list.isEmpty()) {
            return "no codec";
        }
        return list.size() > MAX_NAMED_CODECS
                ? String.join(", ", list.subList(0, MAX_NAMED_CODECS)) + " and more"
                : String.join(", ", list);
    }
}
