package dev.sluice.signaling.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An object of a request's body: its fields by type, what is not known is refused by name. Confined to one request. */
final class Fields {
    private static final double MOST_EXACT = 9_007_199_254_740_992.0;

    private final Map<String, Object> map;
    private final String path;

    /** @param path of the object, as errors show it; empty for the body itself */
    Fields(Map<String, Object> map, String path) {
        this.map = map;
        this.path = path;
    }

    void allow(Set<String> known) throws Refused {
        for (String key : map.keySet()) {
            if (!known.contains(key)) {
                throw Refused.wrong("Unknown field \"" + shortened(key) + "\""
                        + (path.isEmpty() ? "" : " in " + path) + ", known are "
                        + String.join(", ", known.stream().sorted().toList()) + ".");
            }
        }
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    boolean has(String key) {
        return map.containsKey(key);
    }

    boolean isNull(String key) {
        return map.get(key) == null;
    }

    String text(String key) throws Refused {
        if (map.get(key) instanceof String text) {
            return text;
        }
        throw wrong(key, "a text");
    }

    boolean flag(String key) throws Refused {
        if (map.get(key) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(key, "true or false");
    }

    long integer(String key) throws Refused {
        double number = number(key);
        if (number != Math.rint(number)) {
            throw wrong(key, "a whole number");
        }
        return (long) number;
    }

    double number(String key) throws Refused {
        if (map.get(key) instanceof Number number && Math.abs(number.doubleValue()) <= MOST_EXACT) {
            return number.doubleValue();
        }
        throw wrong(key, "a number");
    }

    @SuppressWarnings("unchecked") // Keys of JSON objects are strings.
    Fields object(String key) throws Refused {
        if (map.get(key) instanceof Map<?, ?> object) {
            return new Fields((Map<String, Object>) object, name(key));
        }
        throw wrong(key, "an object");
    }

    /** The only item of a list of objects. */
    @SuppressWarnings("unchecked") // Keys of JSON objects are strings.
    Fields only(String key) throws Refused {
        if (map.get(key) instanceof List<?> list && list.size() == 1 && list.getFirst() instanceof Map<?, ?> object) {
            return new Fields((Map<String, Object>) object, name(key) + "[0]");
        }
        throw wrong(key, "a list of one object");
    }

    List<String> texts(String key, int most) throws Refused {
        if (map.get(key) instanceof List<?> list && list.size() <= most) {
            List<String> texts = new ArrayList<>();
            for (Object item : list) {
                if (!(item instanceof String text)) {
                    throw wrong(key, "a list of texts");
                }
                texts.add(text);
            }
            return texts;
        }
        throw wrong(key, "a list of at most " + most + " texts");
    }

    private Refused wrong(String key, String expected) {
        return Refused.wrong(name(key) + ": expected " + expected + ".");
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
