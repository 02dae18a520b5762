package dev.sluice.engine;

/**
 * How sockets are read and written. Immutable.
 *
 * @param option the value of {@code --io} that forces it
 * @param reason why the faster one was passed over; "" when it was not
 */
public record IoInfo(String option, String reason) {}
