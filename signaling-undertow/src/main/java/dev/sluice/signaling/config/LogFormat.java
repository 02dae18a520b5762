package dev.sluice.signaling.config;

/** How log lines are written. Immutable. */
public enum LogFormat {
    TEXT,
    JSON;

    /** As it stands in the config and on the command line. */
    public static LogFormat parse(String text) {
        return switch (text) {
            case "text" -> TEXT;
            case "json" -> JSON;
            default -> throw new IllegalArgumentException("\"" + text + "\" is none of text, json");
        };
    }
}
