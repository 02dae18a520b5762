/**
 * {@code ./bench network}: real browsers on bad networks. A publisher and players in headless Chromium reach a WHIP/WHEP server through
 * the relay; what each player saw goes into a table, JSON and plots. May import everything.
 */
package dev.sluice.benchmarks.network;
