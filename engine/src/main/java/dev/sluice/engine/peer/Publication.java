package dev.sluice.engine.peer;

import dev.sluice.engine.sdp.MediaKind;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one publisher brings to a live stream: at most one audio and one video track. A publisher that comes back, is
 * replaced or changes an SSRC makes a new one, and players see by its identity that the source changed. Safe for many
 * threads.
 */
public final class Publication {
    private final PublishedTrack audio;
    private final PublishedTrack video;
    private final Doorbell owner;
    private final KeyFrameTimes keyFrames;
    private final AtomicLong keyFrameRequests = new AtomicLong();

    /** @param keyFrames the publisher's, whichever its publication */
    Publication(PublishedTrack audio, PublishedTrack video, Doorbell owner, KeyFrameTimes keyFrames) {
        this.audio = audio;
        this.video = video;
        this.owner = owner;
        this.keyFrames = keyFrames;
    }

    /** Or null. */
    public PublishedTrack audio() {
        return audio;
    }

    /** Or null. */
    public PublishedTrack video() {
        return video;
    }

    /** The track of this kind, or null. */
    public PublishedTrack track(MediaKind kind) {
        return kind == MediaKind.AUDIO ? audio : video;
    }

    public List<PublishedTrack> tracks() {
        return audio == null
                ? video == null ? List.of() : List.of(video)
                : video == null ? List.of(audio) : List.of(video, audio);
    }

    /** A player needs a key frame; the publisher's loop merges requests and sees to it that one comes. */
    public void requestKeyFrame() {
        keyFrameRequests.incrementAndGet();
        owner.ring();
    }

    KeyFrameTimes keyFrames() {
        return keyFrames;
    }

    /** How often players have asked; the publisher compares it with what it has served. */
    long keyFrameRequests() {
        return keyFrameRequests.get();
    }

    /** The writer's hold on the logs ends; players that still read keep theirs. */
    void release() {
        for (PublishedTrack track : tracks()) {
            track.log().release();
        }
    }
}
