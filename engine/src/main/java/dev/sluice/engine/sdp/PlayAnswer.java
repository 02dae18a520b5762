package dev.sluice.engine.sdp;

import java.util.List;

/**
 * Our answer to a player's offer, and what it means. Immutable.
 *
 * @param tracks at most one of a kind, in the offer's order
 * @param bundleMid of the section that our candidates belong to
 */
public record PlayAnswer(String sdp, List<PlayTrack> tracks, RemoteTransport remote, String bundleMid) {
    public PlayAnswer {
        tracks = List.copyOf(tracks);
    }
}
