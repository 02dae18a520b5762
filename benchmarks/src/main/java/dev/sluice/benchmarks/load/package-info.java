/**
 * {@code ./bench load}: publishers and players in bulk, as real clients, against a WHIP/WHEP server; and what they cost it. May
 * import all of its sub-packages, which know nothing of it.
 */
package dev.sluice.benchmarks.load;
