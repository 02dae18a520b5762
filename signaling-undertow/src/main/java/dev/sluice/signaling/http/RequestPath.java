package dev.sluice.signaling.http;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A path taken apart from the right: a stream and what is wanted of it. The stream's name is not checked here. Immutable.
 *
 * @param kind what the suffix says
 * @param stream the part before the suffix; trailing slashes are gone, which URLs of applications often have
 * @param suffix the matched word, such as {@code whep}
 * @param session of a session resource, else empty
 * @param event of an event stream, else empty
 */
public record RequestPath(Kind kind, String stream, String suffix, String session, String event) {

    /** What a path asks for. */
    public enum Kind {
        PLAY_SOCKET,
        PUBLISH_SOCKET,
        PUBLISH_ERROR,
        WHIP,
        WHIP_SESSION,
        WHEP,
        WHEP_SESSION,
        WHEP_EVENTS,
        WHEP_EVENT_STREAM,
        WHEP_LAYER,
        MEDIA_INFO,
        STATS,
        REQUEST_TRACKS,
        EMBED
    }

    private record Suffix(Kind kind, List<String> pattern) {}

    /** {@code *} is a session, {@code +} an event stream. */
    private static final List<Suffix> SUFFIXES = List.of(
            new Suffix(Kind.PUBLISH_SOCKET, List.of("webrtc", "publish")),
            new Suffix(Kind.PUBLISH_ERROR, List.of("webrtc", "publish-error")),
            new Suffix(Kind.PLAY_SOCKET, List.of("webrtc")),
            new Suffix(Kind.WHIP, List.of("whip")),
            new Suffix(Kind.WHEP, List.of("whep")),
            new Suffix(Kind.WHEP, List.of("whap")),
            new Suffix(Kind.MEDIA_INFO, List.of("media_info.json")),
            new Suffix(Kind.EMBED, List.of("embed.html")),
            new Suffix(Kind.REQUEST_TRACKS, List.of("sessions", "*", "request_tracks")),
            new Suffix(Kind.STATS, List.of("sessions", "*")),
            new Suffix(Kind.STATS, List.of("sessions")),
            new Suffix(Kind.WHEP_EVENT_STREAM, List.of("whep", "*", "events", "+")),
            new Suffix(Kind.WHEP_EVENT_STREAM, List.of("whap", "*", "events", "+")),
            new Suffix(Kind.WHEP_EVENTS, List.of("whep", "*", "events")),
            new Suffix(Kind.WHEP_EVENTS, List.of("whap", "*", "events")),
            new Suffix(Kind.WHEP_LAYER, List.of("whep", "*", "layer")),
            new Suffix(Kind.WHEP_LAYER, List.of("whap", "*", "layer")),
            new Suffix(Kind.WHIP_SESSION, List.of("whip", "*")),
            new Suffix(Kind.WHEP_SESSION, List.of("whep", "*")),
            new Suffix(Kind.WHEP_SESSION, List.of("whap", "*")));

    /** @param path decoded, beginning with a slash */
    public static Optional<RequestPath> parse(String path) {
        if (!path.startsWith("/")) {
            return Optional.empty();
        }
        String[] segments = path.substring(1).split("/", -1);
        for (Suffix suffix : SUFFIXES) {
            if (matches(segments, suffix.pattern)) {
                return Optional.of(of(segments, suffix));
            }
        }
        return Optional.empty();
    }

    private static boolean matches(String[] segments, List<String> pattern) {
        int first = segments.length - pattern.size();
        if (first < 1) {
            return false;
        }
        for (int i = 0; i < pattern.size(); i++) {
            String expected = pattern.get(i);
            if (!expected.equals("*") && !expected.equals("+") && !expected.equals(segments[first + i])) {
                return false;
            }
        }
        return true;
    }

    private static RequestPath of(String[] segments, Suffix suffix) {
        int first = segments.length - suffix.pattern.size();
        int end = first;
        while (end > 0 && segments[end - 1].isEmpty()) {
            end--;
        }
        String stream = String.join("/", Arrays.asList(segments).subList(0, end));
        String session = "";
        String event = "";
        for (int i = 0; i < suffix.pattern.size(); i++) {
            if (suffix.pattern.get(i).equals("*")) {
                session = segments[first + i];
            } else if (suffix.pattern.get(i).equals("+")) {
                event = segments[first + i];
            }
        }
        return new RequestPath(suffix.kind, stream, suffix.pattern.getFirst(), session, event);
    }

    public boolean isPublish() {
        return switch (kind) {
            case PUBLISH_SOCKET, PUBLISH_ERROR, WHIP, WHIP_SESSION -> true;
            default -> false;
        };
    }
}
