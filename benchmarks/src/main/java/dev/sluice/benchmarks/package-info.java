/**
 * JMH benchmarks of the packet's way, of the calls it is made of and of the handshake, and what runs and prints them ({@link
 * dev.sluice.benchmarks.Main}). May import everything. Each body is tested for doing what it is said to.
 */
package dev.sluice.benchmarks;
