/**
 * The load's publishers and players: each a whole WebRTC client of its own port, all moved by one thread, the {@code Reactor};
 * joining runs on virtual threads. RFC 9725 (WHIP), RFC 8445, RFC 5764, RFC 3550.
 */
package dev.sluice.benchmarks.load.client;
