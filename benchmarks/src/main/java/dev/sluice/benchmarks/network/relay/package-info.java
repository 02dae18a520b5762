/**
 * A UDP relay that is as bad as wanted, from a seed: what a way between two ends does to datagrams ({@link
 * dev.sluice.benchmarks.network.relay.Link}, without a socket or a clock), and the thread that does it to real ones ({@link
 * dev.sluice.benchmarks.network.relay.Relay}). A leaf.
 */
package dev.sluice.benchmarks.network.relay;
