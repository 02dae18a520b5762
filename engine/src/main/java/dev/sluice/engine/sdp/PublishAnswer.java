package dev.sluice.engine.sdp;

import java.util.List;

/**
 * Our answer to a publisher's offer, and what it means. Immutable.
 *
 * @param tracks at most one of a kind, in the offer's order
 * @param bundleMid of the section that our candidates belong to
 */
public record PublishAnswer(String sdp, List<PublishTrack> tracks, RemoteTransport remote, String bundleMid) {
    public PublishAnswer {
        tracks = List.copyOf(tracks);
    }
}
