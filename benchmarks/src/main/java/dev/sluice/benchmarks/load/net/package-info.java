/**
 * The load's UDP sockets, on the C library through Panama: players are swept with {@code recvmmsg}, without a selector that the
 * server's sends would have to wake. Linux, IPv4.
 */
package dev.sluice.benchmarks.load.net;
