/** Replays recordings of sessions: {@code ./bench replay FILE}. */
package dev.sluice.benchmarks.replay;
