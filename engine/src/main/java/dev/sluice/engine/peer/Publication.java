package dev.sluice.engine.peer;

import dev.sluice.engine.sdp.MediaKind;
import java.util.ArrayList;
import java.util.List;

/**
 * What one publisher brings to a live stream: at most one audio and one video track, the latter in one layer or several. A
 * publisher that comes back, is replaced or changes an SSRC makes a new one, and players see by its identity that the source
 * changed. Safe for many threads.
 */
public final class Publication {
    private final PublishedTrack audio;
    private final VideoLayers video;
    private final Doorbell owner;
    private final KeyFrameTimes keyFrames;

    /**
     * @param video the layers that were agreed on, empty without a picture
     * @param keyFrames the publisher's, whichever its publication
     */
    Publication(PublishedTrack audio, List<PublishedTrack> video, Doorbell owner, KeyFrameTimes keyFrames) {
        this.audio = audio;
        this.video = new VideoLayers(video);
        this.owner = owner;
        this.keyFrames = keyFrames;
    }

    /** Or null. */
    public PublishedTrack audio() {
        return audio;
    }

    /** Or null. Of several layers one that flows: the one that a player begins with of whose way nothing is known. */
    public PublishedTrack video() {
        return video.slots().length == 1 ? video.slots()[0] : video.start();
    }

    /** The picture's qualities that can be had now, ordered from least to most. */
    public List<LayerPoint> layers() {
        return List.of(video.points());
    }

    VideoLayers videoLayers() {
        return video;
    }

    /** Whether the picture comes, or may come, in more than one layer. */
    boolean isLayered() {
        return video.isLayered();
    }

    /** The layer with this number among those that were agreed on, or null. */
    PublishedTrack slot(int slot) {
        return slot < video.slots().length ? video.slots()[slot] : null;
    }

    /** The track of this kind, or null. */
    public PublishedTrack track(MediaKind kind) {
        return kind == MediaKind.AUDIO ? audio : video();
    }

    /** At most one of each kind. */
    public List<PublishedTrack> tracks() {
        List<PublishedTrack> tracks = new ArrayList<>(2);
        if (video() != null) {
            tracks.add(video());
        }
        if (audio != null) {
            tracks.add(audio);
        }
        return tracks;
    }

    /** A player needs a key frame of this layer; the publisher's loop merges requests and sees to it that one comes. */
    public void requestKeyFrame(PublishedTrack layer) {
        layer.onKeyFrameRequested();
        owner.ringForKeyFrame();
    }

    KeyFrameTimes keyFrames() {
        return keyFrames;
    }

    /** The writer's hold on the logs ends; players that still read keep theirs. */
    void release() {
        if (audio != null) {
            audio.log().release();
        }
        for (PublishedTrack layer : video.slots()) {
            layer.log().release();
        }
    }
}
