package dev.sluice.engine;

import dev.sluice.engine.MediaSession.LayerWish;
import dev.sluice.engine.peer.LayerChoice;
import dev.sluice.engine.peer.LayerPoint;
import dev.sluice.engine.peer.Publication;
import dev.sluice.engine.peer.PublishedTrack;
import java.util.ArrayList;
import java.util.List;

/** The qualities of a stream's picture by the names that clients use: {@code v1} is the best. Stateless. */
final class VideoQualities {
    private static final String AUDIO_ID = "a1";

    private VideoQualities() {}

    /** All tracks, the picture's qualities first. */
    static List<StreamInfo.Track> tracks(Publication publication) {
        List<StreamInfo.Track> tracks = new ArrayList<>();
        List<LayerPoint> points = publication.layers();
        for (LayerPoint point : points.reversed()) {
            tracks.add(
                    track(id(points, point), point.track(), point.dimensions(), point.bitrateBps(), point.spatial()));
        }
        PublishedTrack video = publication.video();
        if (tracks.isEmpty() && video != null) {
            tracks.add(track("v1", video, video.dimensions(), video.bitrateBps(), 0));
        }
        PublishedTrack audio = publication.audio();
        if (audio != null) {
            tracks.add(track(AUDIO_ID, audio, 0, audio.bitrateBps(), 0));
        }
        return List.copyOf(tracks);
    }

    private static StreamInfo.Track track(
            String id, PublishedTrack track, int dimensions, long bitrateBps, int spatial) {
        return new StreamInfo.Track(
                id,
                track.kind().token(),
                track.format().name(),
                track.format().clockRate(),
                id.equals(AUDIO_ID) ? track.format().channels() : 0,
                dimensions >>> 16,
                dimensions & 0xffff,
                bitrateBps,
                track.rid(),
                spatial);
    }

    /** {@code v1} for the last of the points; where nothing is known, the only one. */
    static String id(List<LayerPoint> points, LayerPoint point) {
        int index = points.indexOf(point);
        return "v" + (index < 0 ? 1 : points.size() - index);
    }

    /** The choice behind track ids; null when one is not there. Without one of the picture the server chooses. */
    static LayerChoice choice(Publication publication, List<String> trackIds) {
        LayerChoice choice = LayerChoice.AUTO;
        List<LayerPoint> points = publication.layers();
        for (String id : trackIds) {
            int number = number(id);
            if (id.startsWith("v") && number >= 1 && number <= Math.max(1, points.size())) {
                choice = points.isEmpty() ? LayerChoice.AUTO : LayerChoice.of(points.get(points.size() - number));
            } else if (!id.equals("auto") && !id.equals(AUDIO_ID)) {
                return null;
            }
        }
        return choice;
    }

    private static int number(String id) {
        return id.length() == 2 && id.charAt(1) >= '0' && id.charAt(1) <= '9' ? id.charAt(1) - '0' : 0;
    }

    /** The choice behind a wish; null when it names a layer that is not there. */
    static LayerChoice choice(Publication publication, LayerWish wish) {
        int slot = -1;
        if (!wish.rid().isEmpty()) {
            for (LayerPoint point : publication.layers()) {
                slot = point.track().rid().equals(wish.rid()) ? point.track().slot() : slot;
            }
            if (slot < 0) {
                return null;
            }
        }
        return new LayerChoice(
                slot,
                Math.min(wish.spatialLayer(), PublishedTrack.MAX_SPATIAL),
                wish.temporalLayer() < 0
                        ? PublishedTrack.MAX_TEMPORAL
                        : Math.min(wish.temporalLayer(), PublishedTrack.MAX_TEMPORAL),
                wish.maxWidth(),
                wish.maxHeight());
    }
}
