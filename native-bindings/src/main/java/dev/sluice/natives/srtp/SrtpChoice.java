package dev.sluice.natives.srtp;

/**
 * The provider taken and why, in one line with library and version. Immutable.
 *
 * @param reason such as "OpenSSL 3.0.19, the fastest that works here"
 */
public record SrtpChoice(SrtpProvider provider, String reason) {}
