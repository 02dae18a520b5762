package dev.sluice.signaling.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The declared streams. An exact name beats every pattern; among patterns the one with more literal segments wins, then the
 * one with fewer {@code **}. Immutable.
 */
public final class StreamRules {
    private final Map<String, StreamRule> exact = new HashMap<>();
    private final List<StreamRule> patterns = new ArrayList<>();
    /** Of names that nothing else fits, null: they are not declared. */
    private final StreamRule otherwise;

    private StreamRules(Collection<StreamRule> rules, StreamRule otherwise) {
        this.otherwise = otherwise;
        for (StreamRule rule : rules) {
            if (rule.isPattern()) {
                patterns.add(rule);
            } else {
                exact.put(rule.pattern(), rule);
            }
        }
        patterns.sort(Comparator.comparingInt((StreamRule rule) -> -literals(rule))
                .thenComparingInt(rule -> count(rule, "**"))
                .thenComparing(StreamRule::pattern));
    }

    public static StreamRules of(List<StreamRule> rules) {
        return new StreamRules(rules, null);
    }

    /** Every valid name counts as declared, without passwords: a server that has no config. */
    public static StreamRules everyName() {
        return new StreamRules(List.of(), new StreamRule("**", "", ""));
    }

    /** Together with others, which stand back where both say something of the same pattern. */
    StreamRules and(Collection<StreamRule> others) {
        if (others.isEmpty()) {
            return this;
        }
        Map<String, StreamRule> all = new LinkedHashMap<>();
        others.forEach(rule -> all.put(rule.pattern(), rule));
        all().forEach(rule -> all.put(rule.pattern(), rule));
        return new StreamRules(all.values(), otherwise);
    }

    /** The same with this grace time where none is said. */
    StreamRules withDefaultGrace(Duration grace) {
        return new StreamRules(
                all().stream().map(rule -> rule.withDefaultGrace(grace)).toList(),
                otherwise == null ? null : otherwise.withDefaultGrace(grace));
    }

    /** The rule of exactly this name; null when there is none. */
    public StreamRule exactly(String name) {
        return exact.get(name);
    }

    /** The rule of exactly this pattern; null when there is none. */
    public StreamRule pattern(String pattern) {
        for (StreamRule rule : patterns) {
            if (rule.pattern().equals(pattern)) {
                return rule;
            }
        }
        return null;
    }

    /** The pattern that declares a valid name, whatever is declared by exactly that; null when there is none. */
    public StreamRule template(String name) {
        String[] segments = name.split("/", -1);
        for (StreamRule pattern : patterns) {
            if (matches(pattern.pattern().split("/", -1), 0, segments, 0)) {
                return pattern;
            }
        }
        return null;
    }

    /** The streams that are declared by their names. */
    public Collection<StreamRule> named() {
        return Collections.unmodifiableCollection(exact.values());
    }

    /** The patterns, the one that counts first first. */
    public List<StreamRule> patterns() {
        return Collections.unmodifiableList(patterns);
    }

    /** All that are declared, in no order that means anything. */
    public List<StreamRule> all() {
        List<StreamRule> all = new ArrayList<>(exact.values());
        all.addAll(patterns);
        return all;
    }

    /** The rule of a stream, empty when it is not declared or its name is not valid. */
    public Optional<StreamRule> find(String name) {
        if (!StreamName.isValid(name)) {
            return Optional.empty();
        }
        StreamRule rule = exact.get(name);
        if (rule == null) {
            rule = template(name);
        }
        return Optional.ofNullable(rule == null ? otherwise : rule);
    }

    /** Whether a valid name fits a pattern; one that is no pattern fits nothing. */
    public static boolean fits(String pattern, String name) {
        return isValidPattern(pattern) && matches(pattern.split("/", -1), 0, name.split("/", -1), 0);
    }

    /** Whether a valid pattern is or covers the name; the empty name is none. */
    static boolean matches(String pattern, String name) {
        return !name.isEmpty() && matches(pattern.split("/", -1), 0, name.split("/", -1), 0);
    }

    /** At most 8 segments on either side, so the recursion is small whatever the pattern is. */
    private static boolean matches(String[] pattern, int p, String[] name, int n) {
        if (p == pattern.length) {
            return n == name.length;
        }
        if (n == name.length) {
            return false;
        }
        if (pattern[p].equals("**")) {
            for (int next = n + 1; next <= name.length; next++) {
                if (matches(pattern, p + 1, name, next)) {
                    return true;
                }
            }
            return false;
        }
        return (pattern[p].equals("*") || pattern[p].equals(name[n])) && matches(pattern, p + 1, name, n + 1);
    }

    /** Whether a pattern is a valid name but for its stars. */
    static boolean isValidPattern(String pattern) {
        if (pattern.indexOf('*') < 0) {
            return StreamName.isValid(pattern);
        }
        StringBuilder name = new StringBuilder(pattern.length());
        for (String segment : pattern.split("/", -1)) {
            name.append(name.isEmpty() ? "" : "/").append(segment.equals("*") || segment.equals("**") ? "x" : segment);
        }
        return StreamName.isValid(name.toString());
    }

    private static int literals(StreamRule rule) {
        return rule.pattern().split("/", -1).length - count(rule, "*") - count(rule, "**");
    }

    private static int count(StreamRule rule, String segment) {
        int count = 0;
        for (String s : rule.pattern().split("/", -1)) {
            count += s.equals(segment) ? 1 : 0;
        }
        return count;
    }
}
