package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Our offer to a player, and the reading of its answer. Immutable. */
final class PlayOffering {
    private static final int RED_PAYLOAD_TYPE = 63;

    private PlayOffering() {}

    static PlayOffer offer(List<PlaySource> sources, Set<MediaKind> wanted, LocalTransport local) throws SdpException {
        List<PlayTrack> tracks = new ArrayList<>();
        List<SdpSection> sections = new ArrayList<>();
        for (PlaySource source : sources) {
            if (wanted.contains(source.kind())) {
                add(source, Integer.toString(tracks.size()), tracks, sections);
            }
        }
        if (tracks.isEmpty()) {
            throw SdpException.noCommonCodec(
                    0, "the stream carries " + PlayNegotiation.describe(sources) + ", and the player wants none of it");
        }
        List<String> mids = tracks.stream().map(PlayTrack::mid).toList();
        SdpWriter writer = new SdpWriter(local, mids.getFirst(), mids, true, "actpass");
        sections.forEach(writer::section);
        return new PlayOffer(writer.finish(), tracks);
    }

    private static void add(PlaySource source, String mid, List<PlayTrack> tracks, List<SdpSection> sections) {
        MediaKind kind = source.kind();
        CodecFormat codec = source.codec();
        int payloadType = payloadType(codec);
        int red = source.red() && codec.name().equals(CodecTable.OPUS) ? RED_PAYLOAD_TYPE : -1;
        boolean video = kind == MediaKind.VIDEO;
        String fmtp = codec.name().equals(CodecTable.H264) ? H264Profile.offerParameters(codec.fmtp()) : codec.fmtp();
        ExtensionChoice extensions = ExtensionChoice.offer(kind);
        List<SdpSection.Codec> codecs = new ArrayList<>();
        int feedback = Feedback.TRANSPORT_CC
                | (video ? Feedback.REMB | Feedback.NACK | Feedback.NACK_PLI | Feedback.CCM_FIR : 0);
        codecs.add(SdpSection.Codec.of(payloadType, codec, fmtp, feedback));
        if (red >= 0) {
            // After Opus: a client that takes only one takes the one that all have.
            codecs.add(SdpSection.Codec.red(red, payloadType));
        }
        // Chromium's numbers for retransmission are those behind the codecs'.
        int rtx = video ? payloadType + 1 : -1;
        if (video) {
            codecs.add(SdpSection.Codec.rtx(rtx, payloadType, codec));
        }
        sections.add(new SdpSection(
                kind.token(),
                SdpWriter.OFFER_PROTOCOL,
                mid,
                Direction.SENDONLY,
                true,
                codecs,
                extensions.values(),
                source.ssrc(),
                source.rtxSsrc()));
        tracks.add(new PlayTrack(
                kind,
                mid,
                codec,
                payloadType,
                red,
                source.ssrc(),
                extensions.ids(),
                video,
                video,
                video,
                rtx,
                source.rtxSsrc()));
    }

    /**
     * Chromium's numbers of the last years, in case a client has them built in. Codecs that are not named here share one for
     * each kind: an offer has one codec of a kind.
     */
    private static int payloadType(CodecFormat codec) {
        return switch (codec.name()) {
            case "PCMU" -> 0;
            case "PCMA" -> 8;
            case "opus" -> 111;
            case "VP8" -> 96;
            case "VP9" -> 98;
            case "AV1" -> 45;
            case "H264" -> 102;
            case "H265" -> 49;
            default -> codec.kind() == MediaKind.AUDIO ? 110 : 100;
        };
    }

    static AcceptedPlay accept(PlayOffer offer, SdpSession answer) throws SdpException {
        List<PlayTrack> offered = offer.tracks();
        if (answer.media().size() != offered.size()) {
            throw SdpException.bad(
                    answer.media().getLast().line,
                    "expected " + offered.size() + " m-sections as in the offer, got "
                            + answer.media().size());
        }
        List<PlayTrack> tracks = new ArrayList<>();
        List<SdpMedia> taken = new ArrayList<>();
        boolean mixed = answer.media().stream().allMatch(SdpMedia::extmapAllowMixed);
        for (int i = 0; i < offered.size(); i++) {
            PlayTrack track = accept(offered.get(i), answer.media().get(i), mixed);
            if (track != null) {
                tracks.add(track);
                taken.add(answer.media().get(i));
            }
        }
        if (taken.isEmpty()) {
            throw SdpException.bad(answer.media().getFirst().line, "expected a section that is recvonly, got none");
        }
        return new AcceptedPlay(
                tracks, RemoteOffer.transport(tagged(answer, taken), answer.media(), Set.of("active"), "passive"));
    }

    /** One section's track, null when the player wants none of it. */
    private static PlayTrack accept(PlayTrack offered, SdpMedia media, boolean mixed) throws SdpException {
        if (media.kind() != offered.kind()) {
            throw SdpException.bad(
                    media.line, "expected m=" + offered.kind().token() + " as in the offer, got m=" + media.token);
        }
        if (media.mid != null && !media.mid.equals(offered.mid())) {
            throw SdpException.bad(
                    media.line,
                    "expected a=mid:" + offered.mid() + " as in the offer, got " + SdpText.quote(media.mid));
        }
        if (media.isRejected()) {
            throw PlayNegotiation.noFit(media, offered.codec(), "the player's answer rejects it and has ");
        }
        RemoteOffer.checkProtocol(media);
        if (!media.direction().receives()) {
            return null;
        }
        SdpCodec codec = codec(offered, media);
        if (codec == null) {
            throw PlayNegotiation.noFit(media, offered.codec(), "the player's answer has ");
        }
        boolean video = offered.kind() == MediaKind.VIDEO;
        boolean nack = video && codec.has(Feedback.NACK);
        return new PlayTrack(
                offered.kind(),
                offered.mid(),
                offered.codec(),
                codec.payloadType(),
                offered.redPayloadType() >= 0 ? PlayNegotiation.red(media, codec) : -1,
                offered.ssrc(),
                ExtensionChoice.accepted(offered.extensions(), media, codec.has(Feedback.TRANSPORT_CC), mixed),
                video && codec.has(Feedback.NACK_PLI),
                video && codec.has(Feedback.CCM_FIR),
                nack,
                nack ? media.rtxPayloadType(codec.payloadType()) : -1,
                offered.rtxSsrc());
    }

    /**
     * Our payload type under its name; for H.264 whatever profile stands beside it, because players up to 2022 rewrite
     * the profile of our offer to 42E01F before they answer. Otherwise one of the answerer's own, which is what it wants
     * to receive (RFC 3264 section 6.1). Firefox takes VP9 of any profile and answers without one, which means 0.
     */
    private static SdpCodec codec(PlayTrack offered, SdpMedia media) {
        SdpCodec same = media.codec(offered.payloadType());
        if (same != null && same.isNamed(offered.codec().name())) {
            boolean plays = same.isNamed(CodecTable.H264) || same.format().compatibleWith(offered.codec());
            return plays ? same : null;
        }
        return PlayNegotiation.choose(media, offered.codec(), List.of());
    }

    /** The section whose transport counts (RFC 9143 section 7.3.1): the bundle's first; all we send to must be in it. */
    private static SdpMedia tagged(SdpSession answer, List<SdpMedia> taken) throws SdpException {
        if (taken.size() == 1 && answer.bundle().isEmpty()) {
            return taken.getFirst();
        }
        for (SdpMedia media : taken) {
            if (media.mid == null || !answer.bundle().contains(media.mid)) {
                throw SdpException.bad(
                        media.line, "expected this section in a=group:BUNDLE, because the offer has one transport");
            }
        }
        SdpMedia tagged = answer.find(answer.bundle().getFirst());
        return tagged == null || tagged.isRejected() ? taken.getFirst() : tagged;
    }
}
