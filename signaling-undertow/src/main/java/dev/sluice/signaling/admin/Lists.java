package dev.sluice.signaling.admin;

import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A page of a list by {@code select}, {@code sort}, {@code limit} and {@code cursor}. A cursor names the row it follows or
 * precedes by what the list is sorted by, so rows that come and go meanwhile move nothing. Immutable.
 *
 * @param name of the list in the answer
 * @param id the field that every row has and no two share
 * @param fields what may be selected; with a dot what is inside of another
 * @param sortable of them
 * @param usual what is sorted by when nothing is said
 */
record Lists(String name, String id, Set<String> fields, Set<String> sortable, String usual) {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST_LIMIT = 1_000;
    private static final int MOST_FIELDS = 64;

    /** One row; its body is made only when something but the id is asked for. Confined to one request. */
    abstract static class Row {
        private final String id;
        private Map<String, Object> body;

        Row(String id) {
            this.id = id;
        }

        abstract Map<String, Object> render();

        private Map<String, Object> body() {
            if (body == null) {
                body = render();
            }
            return body;
        }

        private Object field(String path) {
            Object value = body();
            for (String part : path.split("\\.", -1)) {
                value = value instanceof Map<?, ?> map ? map.get(part) : null;
            }
            return value;
        }
    }

    private record Order(String field, boolean down) {}

    /** A row with what it is sorted by, the id last. */
    private record Place(Row row, List<Object> keys) {}

    Map<String, Object> page(Collection<? extends Row> rows, Call call) throws Refused {
        List<String> selected = names(call.query("select"), "select", fields);
        String sort = call.query("sort") == null || call.query("sort").isEmpty() ? usual : call.query("sort");
        List<Order> orders = orders(sort);
        int limit = limit(call.query("limit"));
        Cursor cursor = Cursor.parse(call.query("cursor"), sort, orders.size() + 1);
        Comparator<List<Object>> comparator = (a, b) -> compare(a, b, orders);
        List<Place> places = new ArrayList<>(rows.size());
        for (Row row : rows) {
            places.add(new Place(row, keys(row, orders)));
        }
        places.sort((a, b) -> comparator.compare(a.keys, b.keys));
        int from = 0;
        int to = Math.min(limit, places.size());
        if (cursor != null && cursor.forward) {
            from = firstFrom(places, cursor.keys, comparator, true);
            to = Math.min(from + limit, places.size());
        } else if (cursor != null) {
            to = firstFrom(places, cursor.keys, comparator, false);
            from = Math.max(0, to - limit);
        }
        List<Object> page = new ArrayList<>();
        places.subList(from, to).forEach(place -> page.add(select(place.row, selected)));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("estimated_count", places.size());
        body.put(
                "next", to == places.size() || to == 0 ? null : new Cursor(true, sort, places.get(to - 1).keys).text());
        body.put(
                "prev",
                from == 0 || from == places.size() ? null : new Cursor(false, sort, places.get(from).keys).text());
        body.put(name, page);
        return body;
    }

    /** Index of the first row that comes after the keys, or is not before them. */
    private static int firstFrom(
            List<Place> places, List<Object> keys, Comparator<List<Object>> comparator, boolean after) {
        int low = 0;
        int high = places.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = comparator.compare(places.get(middle).keys, keys);
            if (order < 0 || after && order == 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private List<Object> keys(Row row, List<Order> orders) {
        List<Object> keys = new ArrayList<>(orders.size() + 1);
        for (Order order : orders) {
            keys.add(order.field.equals(id) ? row.id : row.field(order.field));
        }
        keys.add(row.id);
        return keys;
    }

    private static int compare(List<Object> a, List<Object> b, List<Order> orders) {
        for (int i = 0; i < a.size(); i++) {
            int order = compare(a.get(i), b.get(i));
            if (order != 0) {
                return i < orders.size() && orders.get(i).down ? -order : order;
            }
        }
        return 0;
    }

    /** What is not there before what is, then by kind, so that a forged cursor breaks no comparison. */
    private static int compare(Object a, Object b) {
        if (a instanceof Number x && b instanceof Number y) {
            return Double.compare(x.doubleValue(), y.doubleValue());
        }
        if (a instanceof String x && b instanceof String y) {
            return x.compareTo(y);
        }
        if (a instanceof Boolean x && b instanceof Boolean y) {
            return Boolean.compare(x, y);
        }
        return Integer.compare(kind(a), kind(b));
    }

    private static int kind(Object value) {
        return switch (value) {
            case null -> 0;
            case Boolean ignored -> 1;
            case Number ignored -> 2;
            default -> 3;
        };
    }

    private List<Order> orders(String sort) throws Refused {
        List<Order> orders = new ArrayList<>();
        List<String> bare = new ArrayList<>();
        for (String field : sort.split(",", -1)) {
            boolean down = field.startsWith("-");
            bare.add(down ? field.substring(1) : field);
            orders.add(new Order(bare.getLast(), down));
        }
        names(String.join(",", bare), "sort", sortable);
        return orders;
    }

    /** Empty when nothing is said. */
    private static List<String> names(String text, String parameter, Set<String> known) throws Refused {
        if (text == null || text.isEmpty()) {
            return List.of();
        }
        List<String> names = List.of(text.split(",", -1));
        for (String name : names) {
            if (!known.contains(name)) {
                throw Refused.wrong(parameter + ": there is no field \""
                        + (name.length() > 64 ? name.substring(0, 64) + "…" : name) + "\".");
            }
        }
        if (names.size() > MOST_FIELDS) {
            throw Refused.wrong(parameter + ": expected at most " + MOST_FIELDS + " fields.");
        }
        return names;
    }

    private static int limit(String text) throws Refused {
        if (text == null) {
            return USUAL_LIMIT;
        }
        if (text.matches("[0-9]{1,6}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST_LIMIT) {
                return limit;
            }
        }
        throw Refused.wrong("limit: expected a whole number from 1 to " + MOST_LIMIT + ".");
    }

    private Map<String, Object> select(Row row, List<String> selected) {
        if (selected.isEmpty()) {
            return row.body();
        }
        Map<String, Object> some = new LinkedHashMap<>();
        some.put(id, row.id);
        for (String field : selected) {
            int dot = field.indexOf('.');
            if (dot < 0) {
                some.put(field, row.field(field));
            } else if (!selected.contains(field.substring(0, dot))) {
                inner(some, field.substring(0, dot)).put(field.substring(dot + 1), row.field(field));
            }
        }
        return some;
    }

    @SuppressWarnings("unchecked") // Only this method puts maps there.
    private static Map<String, Object> inner(Map<String, Object> of, String field) {
        return (Map<String, Object>) of.computeIfAbsent(field, added -> new LinkedHashMap<String, Object>());
    }

    /** Where a page begins or ends. Immutable. */
    private record Cursor(boolean forward, String sort, List<Object> keys) {

        String text() {
            List<Object> parts = new ArrayList<>();
            parts.add(forward);
            parts.add(sort);
            parts.addAll(keys);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Json.write(parts).getBytes(StandardCharsets.UTF_8));
        }

        /** Null for none. */
        static Cursor parse(String text, String sort, int keys) throws Refused {
            if (text == null || text.isEmpty()) {
                return null;
            }
            try {
                String json = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                if (Json.parse(json) instanceof List<?> parts
                        && parts.size() == keys + 2
                        && parts.getFirst() instanceof Boolean forward
                        && sort.equals(parts.get(1))) {
                    return new Cursor(forward, sort, new ArrayList<>(parts.subList(2, parts.size())));
                }
            } catch (IllegalArgumentException | JsonException e) {
                // Said below.
            }
            throw Refused.wrong("cursor: expected next or prev of a former answer with the same sort.");
        }
    }
}
