package dev.sluice.engine.sdp;

import java.util.List;
import java.util.Set;

/** Offer and answer for publishers and players (RFC 9429). Safe for many threads. */
public final class SdpNegotiator {
    private SdpNegotiator() {}

    /**
     * Answers a publisher: receive-only, for each kind the first section that sends, with exactly one codec. Further
     * sections become inactive, sections of other kinds are rejected.
     *
     * @param previous tracks of this session's last answer, empty for a first offer; a section that still offers the
     *     same codec keeps it, and the offer may have nothing to send
     */
    public static PublishAnswer answerPublish(String offer, LocalTransport local, List<PublishTrack> previous)
            throws SdpException {
        return answerPublish(offer, local, previous, PublishWishes.NONE);
    }

    /** As above, by the operator's wishes. */
    public static PublishAnswer answerPublish(
            String offer, LocalTransport local, List<PublishTrack> previous, PublishWishes wishes) throws SdpException {
        return PublishNegotiation.answer(RemoteOffer.read(offer), local, previous, wishes);
    }

    /**
     * Offers a stream to a player: send-only, one section for each source that is wanted.
     *
     * @param sources at most one of a kind; the same ones give the same sections again, for a later offer
     * @throws SdpException with {@link SdpException.Kind#NO_COMMON_CODEC} when none of them is wanted
     */
    public static PlayOffer offerPlay(List<PlaySource> sources, Set<MediaKind> wanted, LocalTransport local)
            throws SdpException {
        return PlayOffering.offer(sources, wanted, local);
    }

    /**
     * Reads a player's answer to {@link #offerPlay}. A section that the player set inactive by its own will is left out;
     * one that it rejected is an error.
     */
    public static AcceptedPlay acceptPlayAnswer(PlayOffer offer, String answer) throws SdpException {
        return PlayOffering.accept(offer, SdpParser.parse(answer));
    }

    /**
     * Answers a player's offer (WHEP): send-only, in the offer's payload types and extension ids. Sections of a kind that
     * the stream lacks, or that is not wanted, become inactive.
     *
     * @param sources at most one of a kind
     * @param previous tracks of this session's last description, empty for a first offer; payload types are kept
     * @throws SdpException with {@link SdpException.Kind#NO_COMMON_CODEC} when a kind that the stream carries was asked
     *     for but has no codec in common, or when nothing would be sent at all
     */
    public static PlayAnswer answerPlay(
            String offer,
            List<PlaySource> sources,
            Set<MediaKind> wanted,
            LocalTransport local,
            List<PlayTrack> previous)
            throws SdpException {
        return PlayNegotiation.answer(RemoteOffer.read(offer), sources, wanted, local, previous);
    }
}
