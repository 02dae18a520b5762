package dev.sluice.engine.sdp;

import java.util.List;

/**
 * What a player's answer made of our offer. Immutable.
 *
 * @param tracks those that the player takes, at least one
 */
public record AcceptedPlay(List<PlayTrack> tracks, RemoteTransport remote) {
    public AcceptedPlay {
        tracks = List.copyOf(tracks);
    }
}
