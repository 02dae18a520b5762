package dev.sluice.signaling.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which pages may use the server for one purpose. Immutable.
 *
 * @param kind the policy
 * @param origins as browsers send them, in lower case; for {@link Kind#LIST} only
 */
public record OriginRule(Kind kind, Set<String> origins) {

    /** The policies. */
    public enum Kind {
        /** Every page. */
        ANY,
        /** Pages of this very server. */
        SAME,
        /** Pages of a loopback address or name: a server without a config. */
        LOOPBACK,
        /** The listed origins and this very server's. */
        LIST
    }

    public static final OriginRule ANY = new OriginRule(Kind.ANY, Set.of());
    public static final OriginRule SAME = new OriginRule(Kind.SAME, Set.of());
    public static final OriginRule LOOPBACK = new OriginRule(Kind.LOOPBACK, Set.of());

    /**
     * Of texts as config files have them.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public static OriginRule of(List<String> texts) {
        return parse(texts.stream().map(OriginRule::parseOrigin).toList());
    }

    /** Of items that {@link #parseOrigin} has checked; {@code any} wins over all others. */
    static OriginRule parse(List<String> items) {
        if (items.contains("any")) {
            return ANY;
        }
        Set<String> origins = new java.util.TreeSet<>(items);
        origins.remove("same");
        return origins.isEmpty() ? SAME : new OriginRule(Kind.LIST, Set.copyOf(origins));
    }

    /** As config files have it. */
    public List<String> texts() {
        return switch (kind) {
            case ANY -> List.of("any");
            case SAME -> List.of("same");
            case LOOPBACK -> List.of("loopback");
            case LIST -> List.copyOf(new java.util.TreeSet<>(origins));
        };
    }

    static String parseOrigin(String text) {
        String origin = text.toLowerCase(Locale.ROOT);
        if (origin.equals("*")) {
            return "any";
        }
        if (!origin.equals("any") && !origin.equals("same") && !origin.matches("https?://[^/?#@\\s]+")) {
            throw new IllegalArgumentException(
                    "expected any, same or an origin such as https://example.com, found \"" + text + "\"");
        }
        return origin;
    }
}
