/**
 * Sluice beside other servers ({@link dev.sluice.benchmarks.compare.Compare}), its cost as curves ({@link
 * dev.sluice.benchmarks.compare.Scale}) and everything in one report ({@link dev.sluice.benchmarks.compare.Report}). Runs servers
 * and {@code ./bench load} as processes and reads the load's JSON; imports nothing of either.
 */
package dev.sluice.benchmarks.compare;
