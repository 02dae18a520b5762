package dev.sluice.signaling.config;

import java.nio.file.Path;

/**
 * Where HTTP listens; both listeners speak plain and TLS. Immutable.
 *
 * @param plain the address users are told for {@code http:}
 * @param tls the address users are told for {@code https:}
 * @param certificate PEM file with the chain, null: self-signed, made at start
 * @param key PEM file, null with {@code certificate}
 */
public record ListenConfig(ListenAddress plain, ListenAddress tls, Path certificate, Path key) {

    public static final ListenConfig DEFAULTS =
            new ListenConfig(ListenAddress.parse("127.0.0.1:8080"), ListenAddress.parse("127.0.0.1:8443"), null, null);

    public boolean isLoopback() {
        return plain.isLoopback() && tls.isLoopback();
    }
}
