/**
 * SRTP of one peer: both directions over a provider of native-bindings (RFC 3711, RFC 7714, keys by RFC 5764). With
 * {@code net} the only package that uses native-bindings.
 */
package dev.sluice.engine.srtp;
