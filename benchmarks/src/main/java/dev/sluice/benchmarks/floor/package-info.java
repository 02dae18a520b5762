/**
 * The engine's fan-out against the same in C, on one core and one machine ({@link dev.sluice.benchmarks.floor.Floor}), and
 * two loops against one. May import everything. Linux only; needs gcc and OpenSSL's headers, and root for the veth pair.
 */
package dev.sluice.benchmarks.floor;
