package dev.sluice.engine;

/**
 * The SRTP provider in use. Immutable.
 *
 * @param option the value of {@code --srtp} that forces it
 * @param reason library and version, and why it was taken
 */
public record SrtpInfo(String option, String reason) {}
