package dev.sluice.engine.sdp;

import java.util.List;

/**
 * Our offer to a player. Immutable.
 *
 * @param tracks what is offered, one for each section in order
 */
public record PlayOffer(String sdp, List<PlayTrack> tracks) {
    public PlayOffer {
        tracks = List.copyOf(tracks);
    }

    /** Of the section that our candidates belong to. */
    public String bundleMid() {
        return tracks.getFirst().mid();
    }
}
