/**
 * Who may do what: origins (RFC 6454), passwords, proxies, caps; and {@link dev.sluice.signaling.access.Problem}, the one
 * table of refusals with their HTTP status and WebSocket close code. Imports config and the engine's face.
 */
package dev.sluice.signaling.access;
