/**
 * STUN as ICE uses it (RFC 8489): telling it apart, reading and authenticating a Binding request, writing the answer.
 * Knows no socket, no thread and no clock. Imports {@code buffer} and {@code metrics}.
 *
 * <p>Only UDP and only short-term credentials with MESSAGE-INTEGRITY (HMAC-SHA1), the one that ICE peers speak. We are
 * always the server: requests come in, answers go out.
 */
package dev.sluice.engine.stun;
