/**
 * Signed tokens: JWS (RFC 7515) with keys of JWK sets (RFC 7517), PEM and secrets, by jose4j, which is seen in this package only.
 * Knows nothing of what the claims mean. Imports {@code json} and {@code outbound}.
 */
package dev.sluice.signaling.access.jwt;
