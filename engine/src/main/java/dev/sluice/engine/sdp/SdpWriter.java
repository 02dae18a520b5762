package dev.sluice.engine.sdp;

import java.util.List;

/**
 * Writes one description: CRLF lines, ICE-lite, everything about the transport in each section and the candidates in the
 * first of the bundle. Confined to one thread.
 */
final class SdpWriter {
    /** RFC 9429 section 5.1.2. */
    static final String OFFER_PROTOCOL = "UDP/TLS/RTP/SAVPF";

    private final StringBuilder text = new StringBuilder(2_048);
    private final LocalTransport local;
    private final String bundleMid;
    private final String setup;
    private long maxVideoBps;

    /**
     * @param bundleMid of the section that gets the candidates
     * @param bundle mids of the group, empty for a description without one
     * @param setup our DTLS role: {@code passive} in answers, {@code actpass} in offers
     */
    SdpWriter(LocalTransport local, String bundleMid, List<String> bundle, boolean extmapAllowMixed, String setup) {
        this.local = local;
        this.bundleMid = bundleMid;
        this.setup = setup;
        line("v=0");
        line("o=- " + local.sessionId() + " " + local.sessionVersion() + " IN IP4 127.0.0.1");
        line("s=-");
        line("t=0 0");
        line("a=ice-lite");
        line("a=ice-options:trickle");
        if (!bundle.isEmpty()) {
            line("a=group:BUNDLE " + String.join(" ", bundle));
        }
        if (extmapAllowMixed) {
            line("a=extmap-allow-mixed");
        }
    }

    /** Sections of pictures say that no more than this is to be sent (RFC 3890); 0: they say nothing. */
    void limitVideo(long maxBps) {
        maxVideoBps = maxBps;
    }

    /** A section of the offer that we do not take (RFC 3264 section 6). */
    void reject(SdpMedia media) {
        line("m=" + media.token + " 0 " + media.protocol + " " + firstFormat(media));
        line("c=IN IP4 0.0.0.0");
        if (media.mid != null) {
            line("a=mid:" + media.mid);
        }
        line("a=inactive");
    }

    private static String firstFormat(SdpMedia media) {
        String format = media.formats.getFirst();
        return SdpText.isToken(format, 64) ? format : "0";
    }

    void section(SdpSection section) {
        HostCandidate first = local.candidates().getFirst();
        StringBuilder formats = new StringBuilder();
        section.codecs().forEach(codec -> formats.append(' ').append(codec.payloadType()));
        line("m=" + section.token() + " " + first.port() + " " + section.protocol() + formats);
        line("c=IN " + (first.isIpv6() ? "IP6 " : "IP4 ") + first.address());
        if (maxVideoBps > 0 && section.token().equals(MediaKind.VIDEO.token())) {
            line("b=TIAS:" + maxVideoBps);
        }
        line("a=mid:" + section.mid());
        line("a=" + section.direction().token());
        line("a=rtcp-mux");
        if (section.rtcpReducedSize()) {
            line("a=rtcp-rsize");
        }
        line("a=ice-ufrag:" + local.ufrag());
        line("a=ice-pwd:" + local.password());
        line("a=fingerprint:" + local.fingerprint());
        line("a=setup:" + setup);
        section.extensions().forEach(extension -> line("a=extmap:" + extension));
        section.codecs().forEach(this::codec);
        if (!section.rids().isEmpty()) {
            section.rids().forEach(rid -> line("a=rid:" + rid + " recv"));
            line("a=simulcast:recv " + String.join(";", section.rids()));
        }
        if (section.ssrc() >= 0) {
            line("a=msid:" + local.streamId() + " " + section.token());
            if (section.rtxSsrc() >= 0) {
                line("a=ssrc-group:FID " + section.ssrc() + " " + section.rtxSsrc());
            }
            line("a=ssrc:" + section.ssrc() + " cname:" + local.cname());
            if (section.rtxSsrc() >= 0) {
                line("a=ssrc:" + section.rtxSsrc() + " cname:" + local.cname());
            }
        }
        if (section.mid().equals(bundleMid)) {
            local.candidates().forEach(candidate -> line("a=" + candidate.value()));
            line("a=end-of-candidates");
        }
    }

    private void codec(SdpSection.Codec codec) {
        if (codec.rtpmap() != null) {
            line("a=rtpmap:" + codec.payloadType() + " " + codec.rtpmap());
        }
        if (!codec.fmtp().isEmpty()) {
            line("a=fmtp:" + codec.payloadType() + " " + codec.fmtp());
        }
        for (String feedback : Feedback.values(codec.feedback())) {
            line("a=rtcp-fb:" + codec.payloadType() + " " + feedback);
        }
    }

    /** The last guard against injected lines: everything here was checked when it was read. */
    private void line(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) < ' ' || line.charAt(i) > '~') {
                throw new IllegalStateException("not writable at " + i + ": " + SdpText.quote(line));
            }
        }
        text.append(line).append("\r\n");
    }

    String finish() {
        return text.toString();
    }
}
