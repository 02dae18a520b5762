/**
 * The load's UDP sockets, on the C library through Panama: players are swept with {@code recvmmsg}, without a selector that the
 * server's sends would have to wake. Linux, IPv4. Beside the server's own calls (dev.sluice.natives.net)
 * because these take times of arrival, and cut off what need not be copied.
 */
package dev.sluice.benchmarks.load.net;
