/**
 * What the server tells Prometheus, by Micrometer: loops, streams, sessions, joins, clients' reports, the JVM. Reads counters only
 * and shares no lock with a media loop. May import the engine's facade, {@code session}, {@code access}, {@code http} and
 * {@code json}; the only package that imports Micrometer.
 */
package dev.sluice.signaling.metrics;
