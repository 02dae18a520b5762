package dev.sluice.engine.sdp;

import dev.sluice.engine.rtp.ExtensionType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The choice of sections and payload types for a player that offers (WHEP). Immutable. */
final class PlayNegotiation {
    private PlayNegotiation() {}

    static PlayAnswer answer(
            RemoteOffer offer,
            List<PlaySource> sources,
            Set<MediaKind> wanted,
            LocalTransport local,
            List<PlayTrack> previous)
            throws SdpException {
        List<PlayTrack> tracks = new ArrayList<>();
        List<SdpSection> sections = new ArrayList<>();
        Map<Integer, ExtensionType> bundle = new HashMap<>();
        Set<MediaKind> taken = EnumSet.noneOf(MediaKind.class);
        for (SdpMedia media : offer.usable()) {
            PlaySource source = find(sources, media.kind());
            boolean asked = media.direction().receives() && wanted.contains(media.kind());
            if (source != null && asked && taken.add(media.kind())) {
                boolean transportCc = media.codecs.stream().anyMatch(codec -> codec.has(Feedback.TRANSPORT_CC));
                ExtensionChoice extensions =
                        ExtensionChoice.play(media, transportCc, offer.remote().extmapAllowMixed(), bundle);
                take(media, source, previous, extensions, tracks, sections);
            }
        }
        if (tracks.isEmpty()) {
            throw SdpException.noCommonCodec(
                    offer.usable().getFirst().line,
                    "the stream carries " + describe(sources) + ", and the offer asks to receive none of it");
        }
        return new PlayAnswer(offer.answer(local, sections), tracks, offer.remote(), offer.bundleMid());
    }

    static String describe(List<PlaySource> sources) {
        return sources.isEmpty()
                ? "nothing"
                : String.join(
                        " and ",
                        sources.stream()
                                .map(source -> source.codec().describe())
                                .toList());
    }

    private static PlaySource find(List<PlaySource> sources, MediaKind kind) {
        for (PlaySource source : sources) {
            if (source.kind() == kind) {
                return source;
            }
        }
        return null;
    }

    private static void take(
            SdpMedia media,
            PlaySource source,
            List<PlayTrack> previous,
            ExtensionChoice extensions,
            List<PlayTrack> tracks,
            List<SdpSection> sections)
            throws SdpException {
        SdpCodec codec = choose(media, source.codec(), previous);
        if (codec == null) {
            throw noFit(media, source.codec(), "the offer has ");
        }
        int red = source.red() ? red(media, codec) : -1;
        List<SdpSection.Codec> codecs = new ArrayList<>();
        boolean transportCc = extensions.ids().id(ExtensionType.TRANSPORT_CC) != 0;
        int feedback = codec.feedback()
                & (Feedback.NACK
                        | Feedback.NACK_PLI
                        | Feedback.CCM_FIR
                        | (transportCc ? Feedback.TRANSPORT_CC : Feedback.REMB));
        codecs.add(SdpSection.Codec.of(codec.payloadType(), codec.format(), fmtp(codec, source.codec()), feedback));
        if (red >= 0) {
            codecs.add(SdpSection.Codec.red(red, codec.payloadType()));
        }
        int rtx = codec.has(Feedback.NACK) ? media.rtxPayloadType(codec.payloadType()) : -1;
        if (rtx >= 0) {
            codecs.add(SdpSection.Codec.rtx(rtx, codec.payloadType(), codec.format()));
        }
        sections.add(new SdpSection(
                media.token,
                media.protocol,
                media.mid,
                Direction.SENDONLY,
                media.rtcpReducedSize,
                codecs,
                extensions.values(),
                source.ssrc(),
                rtx < 0 ? -1 : source.rtxSsrc()));
        tracks.add(new PlayTrack(
                media.kind(),
                media.mid,
                source.codec(),
                codec.payloadType(),
                red,
                source.ssrc(),
                extensions.ids(),
                codec.has(Feedback.NACK_PLI),
                codec.has(Feedback.CCM_FIR),
                codec.has(Feedback.NACK),
                rtx,
                source.rtxSsrc()));
    }

    static SdpException noFit(SdpMedia media, CodecFormat stream, String theirs) {
        return SdpException.noCommonCodec(
                media.line,
                media.token + ": the stream carries " + stream.describe() + ", " + theirs + media.describeCodecs());
    }

    /**
     * The answer's parameters: what the stream is, for sound; for pictures what the offer said of this payload type,
     * since browsers take another profile for another codec.
     */
    private static String fmtp(SdpCodec offered, CodecFormat stream) {
        return stream.kind() == MediaKind.AUDIO
                ? stream.fmtp()
                : offered.format().fmtp();
    }

    /** The closest payload type that plays the stream, or null. */
    static SdpCodec choose(SdpMedia media, CodecFormat stream, List<PlayTrack> previous) {
        SdpCodec best = null;
        for (SdpCodec codec : media.codecs) {
            if (!codec.isCarried() || !codec.format().compatibleWith(stream)) {
                continue;
            }
            if (isPrevious(media, codec, previous)) {
                return codec;
            }
            if (best == null || distance(codec.format(), stream) < distance(best.format(), stream)) {
                best = codec;
            }
        }
        return best;
    }

    private static boolean isPrevious(SdpMedia media, SdpCodec codec, List<PlayTrack> previous) {
        for (PlayTrack track : previous) {
            if (track.mid().equals(media.mid) && track.payloadType() == codec.payloadType()) {
                return true;
            }
        }
        return false;
    }

    /** Between H.264 entries that all fit: the same packetization mode, then the same kind of baseline. */
    private static int distance(CodecFormat offered, CodecFormat stream) {
        if (!stream.name().equals(CodecTable.H264)) {
            return 0;
        }
        int distance = 0;
        if (CodecTable.intParameter(offered.fmtp(), "packetization-mode", 0)
                != CodecTable.intParameter(stream.fmtp(), "packetization-mode", 0)) {
            distance += 2;
        }
        if (H264Profile.isConstrainedBaseline(offered.fmtp()) != H264Profile.isConstrainedBaseline(stream.fmtp())) {
            distance += 1;
        }
        return distance;
    }

    /** RED beside Opus, wherever it stands. */
    static int red(SdpMedia media, SdpCodec codec) {
        if (codec.isNamed(CodecTable.OPUS)) {
            for (SdpCodec other : media.codecs) {
                if (other.isRed()) {
                    return other.payloadType();
                }
            }
        }
        return -1;
    }
}
