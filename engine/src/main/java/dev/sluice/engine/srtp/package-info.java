/**
 * SRTP of one peer: both directions over a provider of native-bindings (RFC 3711, RFC 7714, keys by RFC 5764). This package
 * wraps native-bindings: nobody else protects or unprotects packets. The facade chooses the provider; {@code dtls},
 * {@code peer} and the facade use {@code SrtpProfile} and {@code SrtpProvider} as plain types, to agree on a profile and to
 * hand the provider on. All other packages know nothing of native-bindings.
 */
package dev.sluice.engine.srtp;
