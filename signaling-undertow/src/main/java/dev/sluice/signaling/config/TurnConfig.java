package dev.sluice.signaling.config;

import java.time.Duration;
import java.util.List;

/**
 * The TURN servers that clients are told of. Immutable.
 *
 * @param urls empty: clients are told of none
 * @param user for everybody; "" when there is a secret
 * @param password of that user
 * @param secret shared with the servers, from which each client gets a user name and password of its own; "" for none
 * @param lifetime of those
 */
public record TurnConfig(List<TurnUrl> urls, String user, String password, String secret, Duration lifetime) {
    public static final TurnConfig NONE = new TurnConfig(List.of(), "", "", "", Duration.ofHours(12));

    public TurnConfig {
        urls = List.copyOf(urls);
    }

    /** Never the password or the secret. */
    @Override
    public String toString() {
        return "TurnConfig" + urls;
    }
}
