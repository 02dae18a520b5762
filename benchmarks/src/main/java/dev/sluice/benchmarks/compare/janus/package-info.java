/**
 * Janus of Debian's packages as a server for a load: its configuration, and a front that turns WHIP (RFC 9725) and WHEP into its own
 * HTTP API. Imports nothing of Sluice.
 */
package dev.sluice.benchmarks.compare.janus;
