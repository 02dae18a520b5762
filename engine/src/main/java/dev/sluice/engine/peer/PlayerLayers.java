package dev.sluice.engine.peer;

import dev.sluice.engine.rtp.LayerFilter;

/**
 * Which quality of the picture one player is sent: what {@link LayerSelector} decides, carried out. Where there is one quality
 * and nothing is known of the way, it costs a comparison for each run. Confined to one media loop, {@link #sent} and {@link #isStarving} excepted.
 */
public final class PlayerLayers {
    private final LayerSelector selector = new LayerSelector();
    private boolean active;
    private long nextNs;
    /** The layers that flowed when the last decision was made. */
    private LayerPoint[] known;

    private volatile LayerPoint sent;
    private volatile boolean starving;

    PlayerLayers() {}

    /** What the viewer wants to see from now on. */
    public void choose(LayerChoice choice, long nowNs) {
        selector.choose(choice);
        nextNs = nowNs;
        active = true;
    }

    /** The quality that is sent; null before there is one. Safe for many threads. */
    public LayerPoint sent() {
        return sent;
    }

    /** Whether the way is too narrow for any quality: pictures are left out. Safe for many threads. */
    public boolean isStarving() {
        return starving;
    }

    /** Another publication is played from now on. */
    void attach(Publication publication, long estimateBps, long nowNs) {
        active = publication.isLayered() || estimateBps != Long.MAX_VALUE;
        decide(publication, availableBps(publication, estimateBps), false, nowNs);
    }

    private void decide(Publication publication, long availableBps, boolean keepsUp, long nowNs) {
        known = publication.videoLayers().points();
        selector.update(known, availableBps, keepsUp, nowNs);
        nextNs = nowNs + LayerSelector.INTERVAL_NS;
    }

    /** Of several layers the one that is sent already, when it goes on, or the one that fits; null while none flows. */
    PublishedTrack source(Publication publication, PlayerTrack track) {
        if (!track.isVideo() || !publication.isLayered()) {
            return publication.track(track.negotiated().kind());
        }
        PublishedTrack before = track.source();
        if (before != null && publication.slot(before.slot()) == before) {
            return before;
        }
        return aimsAt(publication) ? selector.target().track() : null;
    }

    /** Whether what is to be sent is of this publication: it may be of one before while nothing flows of the new one. */
    private boolean aimsAt(Publication publication) {
        LayerPoint target = selector.target();
        return target != null && publication.slot(target.track().slot()) == target.track();
    }

    /** Whether the first layer of a publication has come since it was attached: the player begins anew. */
    boolean mustAttach(Publication publication) {
        return active
                && publication.isLayered()
                && !aimsAt(publication)
                && publication.videoLayers().points().length != 0;
    }

    /** Whether it is time for {@link #update}, or layers came or went. */
    boolean isDue(Publication publication, long nowNs) {
        return active && (nowNs - nextNs >= 0 || publication.videoLayers().points() != known);
    }

    /** Once a second, whatever the player is sent. */
    void onTimeout(Publication publication, PlayerTrack[] tracks, long estimateBps, boolean keepsUp, long nowNs) {
        active = publication.isLayered() || estimateBps != Long.MAX_VALUE;
        update(publication, tracks, estimateBps, keepsUp, nowNs);
    }

    void update(Publication publication, PlayerTrack[] tracks, long estimateBps, boolean keepsUp, long nowNs) {
        if (mustAttach(publication)) {
            // By the player's next run, which those layers bring.
            return;
        }
        long availableBps = availableBps(publication, estimateBps);
        decide(publication, availableBps, keepsUp, nowNs);
        if (!aimsAt(publication)) {
            return;
        }
        for (PlayerTrack track : tracks) {
            if (track.isVideo()) {
                send(publication, track, availableBps, nowNs);
                tell(track);
            }
        }
    }

    /** What the player's way has left for pictures. */
    private static long availableBps(Publication publication, long estimateBps) {
        if (estimateBps == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        PublishedTrack audio = publication.audio();
        return Math.max(0, estimateBps - (audio == null ? 0 : audio.bitrateBps()));
    }

    /** Until a lower layer's key frame is there, the higher one is thinned out. */
    private void send(Publication publication, PlayerTrack track, long availableBps, long nowNs) {
        LayerPoint target = selector.target();
        if (track.aim(target.track(), nowNs)) {
            publication.requestKeyFrame(target.track());
        }
        PublishedTrack source = track.source();
        if (source == null) {
            return;
        }
        if (source == target.track()) {
            long budgetBps = selector.isStarved() ? availableBps : LayerFilter.NO_BUDGET;
            if (track.limit(target.spatial(), selector.temporal(), budgetBps, nowNs)) {
                publication.requestKeyFrame(source);
            }
        } else {
            // A key frame of what is about to end is not asked for.
            boolean tooMuch = source.bitrateBps() > target.bitrateBps();
            int temporal = tooMuch ? 0 : PublishedTrack.MAX_TEMPORAL;
            // What the way has no room for at all only stands in the queue before the key frame.
            boolean hopeless = tooMuch
                    && source.bitrateBps(PublishedTrack.MAX_SPATIAL, temporal) / LayerSelector.FAR_TOO_MUCH
                            > availableBps;
            track.limit(PublishedTrack.MAX_SPATIAL, temporal, hopeless ? 0 : LayerFilter.NO_BUDGET, nowNs);
        }
    }

    private void tell(PlayerTrack track) {
        if (track.source() == selector.target().track() && sent != selector.target()) {
            sent = selector.target();
        }
        if (starving != track.isStarving()) {
            starving = track.isStarving();
        }
    }
}
