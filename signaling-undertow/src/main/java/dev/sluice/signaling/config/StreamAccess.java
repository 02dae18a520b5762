package dev.sluice.signaling.config;

import java.util.List;
import java.util.Map;

/**
 * Who may use a stream, as far as the stream itself says. Immutable.
 *
 * @param jwt whether tokens are asked for, when the server knows keys
 * @param onPublish instead of the server's, null: the server's
 * @param onPlay instead of the server's, null: the server's
 * @param maxSessions players at a time, 0: as many as the server takes
 * @param maxPublishKbps a publisher that goes on sending more is ended, 0: never
 */
public record StreamAccess(boolean jwt, Guard onPublish, Guard onPlay, int maxSessions, int maxPublishKbps) {
    public static final StreamAccess DEFAULTS = new StreamAccess(true, null, null, 0, 0);

    static final List<String> KEYS = List.of("jwt", "on_publish", "on_play", "max_sessions", "max_publish_bitrate");

    private static final int MOST = 10_000_000;

    static StreamAccess read(Section stream) throws ConfigException {
        return new StreamAccess(
                stream.parsed("jwt", true, StreamAccess::parseOnOff),
                stream.parsed("on_publish", null, Guard::parse),
                stream.parsed("on_play", null, Guard::parse),
                stream.integer("max_sessions", 0, 0, MOST),
                stream.integer("max_publish_bitrate", 0, 0, MOST));
    }

    /** What {@link #read} makes the same of; null for what is not said. */
    void write(Map<String, Object> keys) {
        keys.put("jwt", jwt ? "on" : "off");
        keys.put("on_publish", onPublish == null ? null : onPublish.text());
        keys.put("on_play", onPlay == null ? null : onPlay.text());
        keys.put("max_sessions", maxSessions);
        keys.put("max_publish_bitrate", maxPublishKbps);
    }

    private static Boolean parseOnOff(String text) {
        return switch (text) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException("expected on or off, found " + text);
        };
    }
}
