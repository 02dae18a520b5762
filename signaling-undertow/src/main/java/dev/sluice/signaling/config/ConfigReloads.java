package dev.sluice.signaling.config;

import java.time.Instant;
import java.util.List;

/**
 * What became of the config file since the start. Immutable.
 *
 * @param applied how often it was read again and is in force
 * @param refused how often it was not
 * @param lastSuccess when the one in force was read
 * @param lastAttempt when the last was
 * @param lastError why that one was refused: file, line, what was expected; null: it was not
 * @param restartNeeded keys that were changed but hold only after a restart
 */
public record ConfigReloads(
        long applied,
        long refused,
        Instant lastSuccess,
        Instant lastAttempt,
        String lastError,
        List<String> restartNeeded) {

    static ConfigReloads started(Instant now) {
        return new ConfigReloads(0, 0, now, now, null, List.of());
    }

    ConfigReloads applied(Instant now, List<String> keys) {
        return new ConfigReloads(applied + 1, refused, now, now, null, keys);
    }

    ConfigReloads refused(Instant now, String error) {
        return new ConfigReloads(applied, refused + 1, lastSuccess, now, error, restartNeeded);
    }
}
