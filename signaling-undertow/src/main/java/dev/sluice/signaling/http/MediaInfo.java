package dev.sluice.signaling.http;

import dev.sluice.engine.StreamInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A stream's tracks as Flussonic describes them. Immutable. */
public final class MediaInfo {
    private MediaInfo() {}

    public static Map<String, Object> of(StreamInfo info) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("flow_type", "stream");
        body.put("title", info.name());
        body.put("tracks", tracks(info));
        return body;
    }

    static List<Map<String, Object>> tracks(StreamInfo info) {
        List<Map<String, Object>> tracks = new ArrayList<>();
        for (StreamInfo.Track track : info.tracks()) {
            tracks.add(track(track));
        }
        return tracks;
    }

    /** Sizes stand twice: at the top as in media_info.json, in {@code params} where players of 22.6.4 read them. */
    private static Map<String, Object> track(StreamInfo.Track track) {
        Map<String, Object> body = new LinkedHashMap<>();
        Map<String, Object> details = new LinkedHashMap<>();
        body.put("track_id", track.id());
        body.put("content", track.kind());
        body.put("codec", track.codec());
        body.put("bitrate", track.bitrateBps() / 1000);
        if (track.kind().equals("video")) {
            if (track.width() > 0) {
                details.put("width", track.width());
                details.put("height", track.height());
            }
        } else {
            details.put("channels", track.channels());
            details.put("sample_rate", track.clockRate());
        }
        body.putAll(details);
        body.put("params", details);
        return body;
    }
}
