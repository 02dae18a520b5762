/**
 * Counters and drop reasons: what the engine did, and what it refused, readable from any thread; and the events that it gives to a
 * Flight Recorder recording. The only package of the engine that imports {@code jdk.jfr}. A leaf.
 */
package dev.sluice.engine.metrics;
