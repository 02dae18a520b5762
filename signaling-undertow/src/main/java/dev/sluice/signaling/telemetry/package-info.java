/**
 * Traces of sessions from their request to their first packet, by OpenTelemetry. The only package that imports
 * {@code io.opentelemetry}; nothing of it is loaded while no collector is configured. Imports session, access and the engine's
 * face.
 */
package dev.sluice.signaling.telemetry;
