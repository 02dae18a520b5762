package dev.sluice.engine.sdp;

import dev.sluice.engine.rtp.ExtensionType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The choice of sections, codecs and extensions for a publisher. Immutable. */
final class PublishNegotiation {
    private PublishNegotiation() {}

    static PublishAnswer answer(
            RemoteOffer offer, LocalTransport local, List<PublishTrack> previous, PublishWishes wishes)
            throws SdpException {
        Map<MediaKind, SdpMedia> sending = new EnumMap<>(MediaKind.class);
        for (SdpMedia media : offer.usable()) {
            if (media.direction().sends() && (!sending.containsKey(media.kind()) || isPrevious(media, previous))) {
                sending.put(media.kind(), media);
            }
        }
        if (sending.isEmpty() && previous.isEmpty()) {
            throw SdpException.bad(
                    offer.usable().getFirst().line, "expected a section that is sendonly or sendrecv, to publish");
        }
        List<Choice> choices = new ArrayList<>();
        for (SdpMedia media : offer.usable()) {
            if (sending.get(media.kind()) == media) {
                choices.add(choose(media, previous, wishes, offer.remote().extmapAllowMixed()));
            }
        }
        // One of the two ways to tell a publisher its bitrate: where both are agreed on, REMB only says the limit.
        boolean remb =
                wishes.adaptive() && (wishes.maxBps() > 0 || choices.stream().noneMatch(Choice::transportCc));
        List<PublishTrack> tracks = new ArrayList<>();
        List<SdpSection> sections = new ArrayList<>();
        for (Choice choice : choices) {
            take(choice, remb, wishes.minBps(), tracks, sections);
        }
        checkDemultiplexing(offer, tracks);
        return new PublishAnswer(
                offer.answer(local, sections, wishes.maxBps()), tracks, offer.remote(), offer.bundleMid());
    }

    private static boolean isPrevious(SdpMedia media, List<PublishTrack> previous) {
        return find(media, previous) != null;
    }

    private static PublishTrack find(SdpMedia media, List<PublishTrack> previous) {
        for (PublishTrack track : previous) {
            if (track.mid().equals(media.mid) && track.kind() == media.kind()) {
                return track;
            }
        }
        return null;
    }

    private static Choice choose(SdpMedia media, List<PublishTrack> previous, PublishWishes wishes, boolean mixed)
            throws SdpException {
        SdpCodec codec = kept(media, find(media, previous));
        if (codec == null) {
            codec = choose(media, wishes.preferredCodecs());
        }
        if (codec == null) {
            throw SdpException.noCommonCodec(
                    media.line,
                    media.token + ": expected " + CodecTable.carried(media.kind()) + ", the offer has "
                            + media.describeCodecs());
        }
        List<String> rids = rids(media, codec);
        boolean layered = rids.size() > 1;
        return new Choice(
                media,
                codec,
                ExtensionChoice.publish(media, wishes.adaptive() && codec.has(Feedback.TRANSPORT_CC), layered, mixed),
                layered ? rids : List.of());
    }

    /** The layers that may have this codec, as many as are taken; they can only be told apart by the extension. */
    private static List<String> rids(SdpMedia media, SdpCodec codec) {
        if (media.kind() != MediaKind.VIDEO || media.extension(ExtensionType.RID) == null) {
            return List.of();
        }
        return media.simulcast.stream()
                .filter(rid -> rid.mayHave(codec.payloadType()))
                .limit(PublishTrack.MAX_LAYERS)
                .map(SdpRid::id)
                .toList();
    }

    private static void take(
            Choice choice, boolean mayRemb, long minBps, List<PublishTrack> tracks, List<SdpSection> sections) {
        SdpMedia media = choice.media;
        SdpCodec codec = choice.codec;
        ExtensionChoice extensions = choice.extensions;
        int red = redInFront(media, codec);
        boolean transportCc = choice.transportCc();
        boolean remb = mayRemb && codec.has(Feedback.REMB);
        int feedback = codec.feedback() & (Feedback.NACK | Feedback.NACK_PLI | Feedback.CCM_FIR)
                | (transportCc ? Feedback.TRANSPORT_CC : 0)
                | (remb ? Feedback.REMB : 0);
        List<SdpSection.Codec> codecs = new ArrayList<>();
        if (red >= 0) {
            codecs.add(SdpSection.Codec.red(red, codec.payloadType()));
        }
        codecs.add(SdpSection.Codec.of(codec.payloadType(), codec.format(), fmtp(codec, minBps), feedback));
        int rtx = codec.has(Feedback.NACK) ? media.rtxPayloadType(codec.payloadType()) : -1;
        if (rtx >= 0) {
            codecs.add(SdpSection.Codec.rtx(rtx, codec.payloadType(), codec.format()));
        }
        sections.add(new SdpSection(
                media.token,
                media.protocol,
                media.mid,
                Direction.RECVONLY,
                media.rtcpReducedSize,
                codecs,
                extensions.values(),
                -1,
                -1,
                choice.rids()));
        tracks.add(new PublishTrack(
                media.kind(),
                media.mid,
                codec.format(),
                codec.payloadType(),
                red,
                choice.rids().isEmpty() ? media.ssrcs : List.of(),
                extensions.ids(),
                codec.has(Feedback.NACK_PLI),
                codec.has(Feedback.CCM_FIR),
                transportCc,
                remb,
                codec.has(Feedback.NACK),
                rtx,
                choice.rids()));
    }

    /**
     * Transport-wide feedback has no word for a least bitrate. libwebrtc takes this parameter of its own, in kbit/s, seen in Chromium 156.
     * No RFC knows it: it is said only where the operator wants a least.
     */
    private static String fmtp(SdpCodec codec, long minBps) {
        String fmtp = codec.format().fmtp();
        if (minBps == 0 || codec.format().kind() != MediaKind.VIDEO) {
            return fmtp;
        }
        return fmtp + (fmtp.isEmpty() ? "" : ";") + "x-google-min-bitrate=" + minBps / 1_000;
    }

    /** A running track goes on as it is while the offer allows it. */
    private static SdpCodec kept(SdpMedia media, PublishTrack previous) {
        SdpCodec codec = previous == null ? null : media.codec(previous.payloadType());
        return codec != null && codec.isCarried() && codec.format().compatibleWith(previous.codec()) ? codec : null;
    }

    /** The most preferred, else the offer's first codec that we carry; of several H.264 entries the one that most players have. */
    private static SdpCodec choose(SdpMedia media, List<String> preferred) {
        SdpCodec best = null;
        for (SdpCodec codec : media.codecs) {
            if (!codec.isCarried()) {
                continue;
            }
            if (best == null || place(codec, preferred) < place(best, preferred)) {
                best = codec;
            } else if (best.isNamed(CodecTable.H264) && codec.isNamed(CodecTable.H264) && rank(codec) < rank(best)) {
                best = codec;
            }
        }
        return best;
    }

    private static int place(SdpCodec codec, List<String> preferred) {
        int index = preferred.indexOf(codec.format().name().toLowerCase(Locale.ROOT));
        return index < 0 ? preferred.size() : index;
    }

    private static int rank(SdpCodec h264) {
        String fmtp = h264.format().fmtp();
        int rank = CodecTable.intParameter(fmtp, "packetization-mode", 0) == 1 ? 0 : 2;
        return H264Profile.isConstrainedBaseline(fmtp) ? rank : rank + 1;
    }

    /** RED's payload type when it stands before Opus, −1 otherwise. */
    private static int redInFront(SdpMedia media, SdpCodec codec) {
        if (!codec.isNamed(CodecTable.OPUS)) {
            return -1;
        }
        for (SdpCodec other : media.codecs) {
            if (other.isRed()) {
                return other.payloadType();
            }
            if (other.isCarried()) {
                return -1;
            }
        }
        return -1;
    }

    /** What a section gets, before it is known what the others get. */
    private record Choice(SdpMedia media, SdpCodec codec, ExtensionChoice extensions, List<String> rids) {
        /** Feedback for each packet: only where its packets carry the number that feedback is about. */
        boolean transportCc() {
            return extensions.ids().id(ExtensionType.TRANSPORT_CC) != 0;
        }
    }

    /** What would let packets of one track be taken for the other's. */
    private static void checkDemultiplexing(RemoteOffer offer, List<PublishTrack> tracks) throws SdpException {
        Map<Long, String> owners = new HashMap<>();
        for (PublishTrack track : tracks) {
            int line = offer.sdp().find(track.mid()).line;
            for (long ssrc : track.ssrcs()) {
                String owner = owners.putIfAbsent(ssrc, track.mid());
                if (owner != null) {
                    throw SdpException.bad(
                            line, "expected an SSRC of its own, got " + ssrc + " of section " + SdpText.quote(owner));
                }
            }
            for (PublishTrack other : tracks) {
                int midId = other.extensions().id(ExtensionType.MID);
                ExtensionType here = track.extensions().type(midId);
                if (midId != 0 && here != null && here != ExtensionType.MID) {
                    throw SdpException.bad(
                            line,
                            "expected extmap " + midId + " to be the mid as in section " + SdpText.quote(other.mid())
                                    + ", got " + here.uri());
                }
            }
        }
    }
}
