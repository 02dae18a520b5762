package dev.sluice.signaling.config;

import java.util.Set;

/**
 * The grammar of stream names, the only place that checks it: 1 to 8 segments of {@code [A-Za-z0-9._~-]{1,64}}, separated by
 * one slash, none of them {@code .} or {@code ..} or a word of our own URLs; nor the path of the administration. Immutable.
 */
public final class StreamName {
    /** Words that have a meaning in URLs, so no segment may be one. */
    private static final Set<String> RESERVED =
            Set.of("webrtc", "publish", "whip", "whep", "whap", "sessions", "media_info.json", "embed.html", "-");

    /** Where the administration is reached: a stream of that name would stand in its way. */
    private static final String MANAGEMENT = "streamer/api/v3";

    private static final int MAX_SEGMENTS = 8;
    private static final int MAX_SEGMENT_LENGTH = 64;

    private StreamName() {}

    public static boolean isValid(String name) {
        if (name.equals(MANAGEMENT) || name.startsWith(MANAGEMENT + "/")) {
            return false;
        }
        int segments = 0;
        int start = 0;
        while (true) {
            int slash = name.indexOf('/', start);
            int end = slash < 0 ? name.length() : slash;
            if (++segments > MAX_SEGMENTS || !isSegment(name, start, end)) {
                return false;
            }
            if (slash < 0) {
                return true;
            }
            start = slash + 1;
        }
    }

    private static boolean isSegment(String name, int start, int end) {
        if (end == start || end - start > MAX_SEGMENT_LENGTH) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (!isNameChar(name.charAt(i))) {
                return false;
            }
        }
        String segment = name.substring(start, end);
        return !segment.equals(".") && !segment.equals("..") && !RESERVED.contains(segment);
    }

    /** The unreserved characters of RFC 3986 section 2.3: they never need escaping, in a URL or in a page. */
    private static boolean isNameChar(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '~'
                || c == '-';
    }
}
