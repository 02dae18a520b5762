package dev.sluice.engine.peer;

import dev.sluice.engine.rtcp.PublicationClock;
import dev.sluice.engine.rtp.RtpHeader;
import dev.sluice.engine.sdp.PublishTrack;
import java.util.ArrayList;
import java.util.List;

/**
 * The tracks that a publisher agreed on, each layer of simulcast one of its own, and which of them a packet is of (RFC 9143 section
 * 9.2, RFC 8852). Another negotiation makes another one; tracks that stayed the same are in both. Confined to one media loop.
 */
final class InboundTracks {
    static final InboundTracks NONE = new InboundTracks(new InboundTrack[0]);

    private final InboundTrack[] tracks;

    private InboundTracks(InboundTrack[] tracks) {
        this.tracks = tracks;
    }

    /**
     * After another negotiation; the logs of tracks that are not in it any more are let go.
     *
     * @throws LogMemoryException when there is no memory for a new track's log; then nothing has changed
     */
    InboundTracks after(List<PublishTrack> negotiated, LogMemory memory, long nowNs) {
        InboundTrack[] before = tracks.clone();
        PublicationClock clock = before.length == 0
                ? new PublicationClock()
                : before[0].published().publicationClock();
        List<InboundTrack> now = new ArrayList<>();
        try {
            for (PublishTrack track : negotiated) {
                int layers = Math.max(1, track.rids().size());
                for (int slot = 0; slot < layers; slot++) {
                    InboundTrack same = take(before, track, slot);
                    String rid = track.rids().isEmpty() ? null : track.rids().get(slot);
                    now.add(same != null ? same : new InboundTrack(track, rid, memory.open(track, slot, clock), nowNs));
                }
            }
        } catch (LogMemoryException e) {
            now.removeAll(List.of(tracks));
            now.forEach(opened -> opened.published().log().release());
            throw e;
        }
        for (InboundTrack gone : before) {
            if (gone != null) {
                gone.published().log().release();
            }
        }
        return new InboundTracks(now.toArray(InboundTrack[]::new));
    }

    /** The layer of the track with this description, out of the array, or null. */
    private static InboundTrack take(InboundTrack[] from, PublishTrack negotiated, int slot) {
        for (int i = 0; i < from.length; i++) {
            if (from[i] != null
                    && from[i].negotiated().equals(negotiated)
                    && from[i].published().slot() == slot) {
                InboundTrack found = from[i];
                from[i] = null;
                return found;
            }
        }
        return null;
    }

    InboundTrack[] all() {
        return tracks;
    }

    /** What players see of them. */
    Publication publish(Doorbell loop, KeyFrameTimes keyFrames) {
        PublishedTrack audio = null;
        List<PublishedTrack> video = new ArrayList<>();
        for (InboundTrack track : tracks) {
            if (track.isVideo()) {
                video.add(track.published());
            } else {
                audio = track.published();
            }
        }
        return new Publication(audio, video, loop, keyFrames);
    }

    /** The track whose packet this is, sent again; null for a packet that is sent first. */
    InboundTrack retransmitted(RtpHeader header) {
        for (InboundTrack track : tracks) {
            if (track.isRetransmittedBy(header)) {
                return track;
            }
        }
        return null;
    }

    /** The track that has this SSRC, or null. */
    InboundTrack ofSsrc(long ssrc) {
        for (InboundTrack track : tracks) {
            if (track.ssrc() == ssrc) {
                return track;
            }
        }
        return null;
    }

    /** Whose packet an unknown SSRC brings: by the SSRCs of the offer, else by MID, else by payload type, which is unique under BUNDLE. */
    InboundTrack ofNewSsrc(RtpHeader header) {
        long ssrc = header.ssrc();
        for (InboundTrack track : tracks) {
            if (track.declares(ssrc)) {
                return track;
            }
        }
        for (InboundTrack track : tracks) {
            if (track.isNamedBy(header)) {
                return track;
            }
        }
        for (InboundTrack track : tracks) {
            if (!track.isLayer() && track.acceptsPayloadType(header.payloadType())) {
                return track;
            }
        }
        return null;
    }

    /** {@link Publisher#holdLeftNs}. */
    long holdLeftNs(long nowNs) {
        long least = Long.MAX_VALUE;
        for (InboundTrack track : tracks) {
            least = Math.min(least, track.holdLeftNs(nowNs));
            if (track.repair() != null) {
                least = Math.min(least, track.repair().waitLeftNs(nowNs));
            }
        }
        return least;
    }

    /** Whether players wait for a key frame that has not been asked for yet. */
    boolean wantKeyFrameRequest(long nowNs) {
        for (InboundTrack track : tracks) {
            if (track.isKeyFrameRequestDue(nowNs)) {
                return true;
            }
        }
        return false;
    }
}
