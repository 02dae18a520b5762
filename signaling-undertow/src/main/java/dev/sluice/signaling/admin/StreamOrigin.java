package dev.sluice.signaling.admin;

import java.util.Locale;

/** Where a stream is declared. Immutable. */
enum StreamOrigin {
    /** By the API, in the streams file. */
    API,
    /** By its name, in the config file. */
    CONFIG,
    /** By a pattern. */
    TEMPLATE,
    /** By no config at all. */
    OPEN;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
