package dev.sluice.engine;

import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.MediaSession.Delivery;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.peer.LayerPoint;
import dev.sluice.engine.peer.Player;
import dev.sluice.engine.peer.Publication;
import dev.sluice.engine.peer.PublishedTrack;
import dev.sluice.engine.sdp.AcceptedPlay;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.LocalTransport;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PlayAnswer;
import dev.sluice.engine.sdp.PlayOffer;
import dev.sluice.engine.sdp.PlayTrack;
import dev.sluice.engine.sdp.SdpException;
import dev.sluice.engine.sdp.SdpNegotiator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a player was offered and what it agreed on, and whether that still fits its stream. Confined to its session's monitor; what
 * is volatile may be read by any thread, and which publication it follows is set by the stream's.
 */
final class PlayTerms {
    /** What the player was offered, or the stream carried when it came: its later offers choose among the same. */
    private volatile PlaySources sources = PlaySources.NONE;

    private volatile List<PlayTrack> tracks = List.of();

    private volatile String codecs = "";
    /** What its decoders are for: what it was offered or answered with. */
    private volatile List<CodecFormat> formats = List.of();
    /** The newest that the player has heard of. */
    private volatile Publication followed;

    private PlayOffer offer;
    private boolean answerDue;

    // ---- our offers --------------------------------------------------------------------------------------------

    PlayOffer offer(Publication publication, Wanted kinds, LongSupplier newSsrc, LocalTransport local)
            throws SessionRefusedException {
        PlayOffer first = offer(PlaySources.of(publication, kinds, newSsrc), local);
        formats = formats(first.tracks());
        return first;
    }

    /** Whether to offer anew: the stream has changed, and no answer is due. */
    boolean isOfferDue() {
        return offer != null && !answerDue && isOutdated();
    }

    PlayOffer offerAgain(LongSupplier newSsrc, LocalTransport local) throws SessionRefusedException {
        return offer(sources.after(followed, newSsrc), local);
    }

    private PlayOffer offer(PlaySources next, LocalTransport local) throws SessionRefusedException {
        try {
            offer = SdpNegotiator.offerPlay(next.list(), next.wanted(), local);
        } catch (SdpException e) {
            throw SessionRefusedException.of(e);
        }
        sources = next;
        answerDue = true;
        return offer;
    }

    /** Whether offers are ours; else they are the player's. */
    boolean isOffered() {
        return offer != null;
    }

    void requireAnswerDue() throws SessionRefusedException {
        if (!answerDue) {
            throw new SessionRefusedException(Refusal.BAD_SDP, "An answer came that no offer waits for.");
        }
    }

    AcceptedPlay read(String answer) throws SessionRefusedException {
        try {
            return SdpNegotiator.acceptPlayAnswer(offer, answer);
        } catch (SdpException e) {
            throw SessionRefusedException.of(e);
        }
    }

    // ---- the player's offers -----------------------------------------------------------------------------------

    /** Before the player's first offer. */
    void choose(Publication publication, Wanted kinds, LongSupplier newSsrc) {
        sources = PlaySources.of(publication, kinds, newSsrc);
    }

    PlayAnswer answer(String playersOffer, LocalTransport local) throws SessionRefusedException {
        try {
            return SdpNegotiator.answerPlay(playersOffer, sources.list(), sources.wanted(), local, tracks);
        } catch (SdpException e) {
            throw SessionRefusedException.of(e);
        }
    }

    // ---- what was agreed on ------------------------------------------------------------------------------------

    void accept(List<PlayTrack> agreed) {
        tracks = agreed;
        formats = formats(agreed);
        codecs = SessionStats.codecs(formats);
        answerDue = false;
    }

    private static List<CodecFormat> formats(List<PlayTrack> tracks) {
        return tracks.stream().map(PlayTrack::codec).toList();
    }

    /** As {@link SessionStats#codecs()}. */
    String codecs() {
        return codecs;
    }

    List<PlayTrack> tracks() {
        return tracks;
    }

    /** The stream has another publication. */
    void follow(Publication publication) {
        followed = publication;
    }

    /** Whether the stream has a wanted track that this player was not offered, or not in this codec. */
    boolean isOutdated() {
        Publication publication = followed;
        return publication != null && !sources.covers(publication);
    }

    /** Whether the player's decoders can go on with what the stream has now. */
    boolean fits() {
        Publication publication = followed;
        for (CodecFormat format : formats) {
            PublishedTrack track = publication.track(format.kind());
            if (track != null && !track.format().compatibleWith(format)) {
                return false;
            }
        }
        return true;
    }

    /** @param player null before it is on its loop */
    Delivery delivery(Player player) {
        String video = "";
        String audio = "";
        String mid = "";
        for (PlayTrack track : tracks) {
            if (track.kind() == MediaKind.AUDIO) {
                audio = "a1";
            } else {
                mid = track.mid();
                video = "v1";
            }
        }
        LayerPoint sent = player == null ? null : player.layers().sent();
        if (sent == null || video.isEmpty()) {
            return new Delivery(video, audio, mid, false);
        }
        List<LayerPoint> points = player.stream().publication().layers();
        return new Delivery(
                VideoQualities.id(points, sent), audio, mid, player.layers().isStarving());
    }
}
