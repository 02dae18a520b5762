/**
 * One remote on one BUNDLE transport ({@link dev.sluice.engine.peer.Peer}) and what it is for: a publisher that writes
 * into the logs of a live stream, or a player that reads them. Sans-I/O: bytes, time and the sink are arguments.
 *
 * <p>May import all protocol cores; knows no socket, thread, clock or logger.
 */
package dev.sluice.engine.peer;
