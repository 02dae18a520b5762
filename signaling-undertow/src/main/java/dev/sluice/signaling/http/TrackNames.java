package dev.sluice.signaling.http;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Track ids as clients write them: {@code "auto"}, {@code "v1a1"}, {@code ["v1","a1"]}. Immutable. */
public final class TrackNames {
    private static final int MAX_CHARS = 64;
    private static final int MAX_NAMES = 16;
    private static final Pattern NAMES = Pattern.compile("([va]\\d)+");
    private static final Pattern NAME = Pattern.compile("[va]\\d");

    private TrackNames() {}

    /** The ids in a text or a list of texts; empty for {@code auto}, null for what is neither. */
    public static List<String> parse(Object value) {
        List<?> texts = value instanceof List<?> list ? list : List.of(value == null ? 0 : value);
        List<String> names = new ArrayList<>();
        for (Object text : texts) {
            if (!(text instanceof String string) || string.length() > MAX_CHARS || names.size() > MAX_NAMES) {
                return null;
            }
            if (string.isEmpty() || string.equals("auto")) {
                continue;
            }
            if (!NAMES.matcher(string).matches()) {
                return null;
            }
            Matcher name = NAME.matcher(string);
            while (name.find()) {
                names.add(name.group());
            }
        }
        return names;
    }
}
