package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An offer whose transport is checked: what can be answered, and by which section's credentials. Immutable.
 *
 * @param usable audio and video sections that are in the bundle, in the offer's order
 * @param bundle mids of the usable sections in the BUNDLE group's order; the first is the one whose transport counts
 */
record RemoteOffer(SdpSession sdp, List<SdpMedia> usable, List<String> bundle, RemoteTransport remote) {
    /** RFC 9429 section 5.1.2; the TCP names are met after an offer's default candidate was ICE-TCP. */
    private static final Set<String> SECURE_PROTOCOLS = Set.of(
            "UDP/TLS/RTP/SAVPF",
            "UDP/TLS/RTP/SAVP",
            "TCP/DTLS/RTP/SAVPF",
            "TCP/DTLS/RTP/SAVP",
            "TCP/TLS/RTP/SAVPF",
            "TCP/TLS/RTP/SAVP",
            "RTP/SAVPF",
            "RTP/SAVP");

    static RemoteOffer read(String offer) throws SdpException {
        SdpSession sdp = SdpParser.parse(offer);
        List<SdpMedia> usable = new ArrayList<>();
        for (SdpMedia media : sdp.media()) {
            if (media.kind() != null && !media.isRejected()) {
                checkProtocol(media);
                usable.add(media);
            }
        }
        if (usable.isEmpty()) {
            throw SdpException.bad(
                    sdp.media().getFirst().line, "expected an audio or video section that is not rejected");
        }
        for (SdpMedia media : usable) {
            if (media.mid == null) {
                throw missing(media, "a=mid");
            }
        }
        List<String> bundle = bundle(sdp, usable);
        SdpMedia tagged = sdp.find(bundle.getFirst());
        return new RemoteOffer(
                sdp, List.copyOf(usable), bundle, transport(tagged, usable, Set.of("actpass", "active"), "active"));
    }

    static void checkProtocol(SdpMedia media) throws SdpException {
        if (!SECURE_PROTOCOLS.contains(media.protocol)) {
            throw SdpException.bad(
                    media.line,
                    "expected media encrypted by DTLS-SRTP (UDP/TLS/RTP/SAVPF), got " + SdpText.quote(media.protocol));
        }
    }

    static SdpException missing(SdpMedia media, String what) {
        return SdpException.bad(media.line, "expected " + what + " in this " + media.token + " section");
    }

    /** One section needs no group; several must all be in it, because we have one transport for them. */
    private static List<String> bundle(SdpSession sdp, List<SdpMedia> usable) throws SdpException {
        if (sdp.bundle().isEmpty() && usable.size() == 1) {
            return List.of(usable.getFirst().mid);
        }
        for (SdpMedia media : usable) {
            if (!sdp.bundle().contains(media.mid)) {
                throw SdpException.bad(
                        media.line,
                        "expected a=group:BUNDLE with all sections, and " + SdpText.quote(media.mid) + " is not in it");
            }
            if (!media.rtcpMux) {
                throw missing(media, "a=rtcp-mux");
            }
        }
        List<String> bundle = new ArrayList<>(sdp.bundle());
        bundle.removeIf(mid -> usable.stream().noneMatch(media -> media.mid.equals(mid)));
        return bundle.stream().distinct().toList();
    }

    /**
     * The transport of one section. The two forms of header extensions may alternate where all sections say so, because our
     * answer says it once for all.
     *
     * @param sections all that use this transport
     * @param setups DTLS roles that fit ours
     * @param defaultSetup the role when the section names none (RFC 4145 section 4)
     */
    static RemoteTransport transport(SdpMedia tagged, List<SdpMedia> sections, Set<String> setups, String defaultSetup)
            throws SdpException {
        if (!tagged.rtcpMux) {
            throw missing(tagged, "a=rtcp-mux");
        }
        if (tagged.ufrag() == null || tagged.password() == null) {
            throw missing(tagged, "a=ice-ufrag and a=ice-pwd");
        }
        if (tagged.fingerprints().isEmpty()) {
            throw missing(tagged, "a=fingerprint with sha-256, sha-384 or sha-512");
        }
        String setup = tagged.setup() == null ? defaultSetup : tagged.setup();
        if (!setups.contains(setup)) {
            throw SdpException.bad(
                    tagged.setupLine(),
                    "expected a=setup:"
                            + String.join(" or ", setups.stream().sorted().toList())
                            + ", because this server is never the DTLS client, got " + SdpText.quote(setup));
        }
        boolean mixed = sections.stream().allMatch(SdpMedia::extmapAllowMixed);
        return new RemoteTransport(tagged.ufrag(), tagged.password(), tagged.fingerprints(), mixed);
    }

    String bundleMid() {
        return bundle.getFirst();
    }

    boolean isUsable(SdpMedia media) {
        return usable.contains(media);
    }

    /** Writes the answer: for each section of the offer, ours where there is one, else inactive or rejected. */
    String answer(LocalTransport local, List<SdpSection> taken) {
        return answer(local, taken, 0);
    }

    /** @param maxVideoBps what the remote is to send at most in a section of pictures; 0: unsaid */
    String answer(LocalTransport local, List<SdpSection> taken, long maxVideoBps) {
        List<String> group = sdp.bundle().isEmpty() ? List.of() : bundle;
        SdpWriter writer = new SdpWriter(local, bundleMid(), group, remote.extmapAllowMixed(), "passive");
        writer.limitVideo(maxVideoBps);
        for (SdpMedia media : sdp.media()) {
            SdpSection section = isUsable(media) ? find(taken, media) : null;
            if (section != null) {
                writer.section(section);
            } else {
                writer.reject(media);
            }
        }
        return writer.finish();
    }

    private static SdpSection find(List<SdpSection> taken, SdpMedia media) {
        for (SdpSection section : taken) {
            if (section.mid().equals(media.mid)) {
                return section;
            }
        }
        return SdpSection.inactive(media);
    }
}
