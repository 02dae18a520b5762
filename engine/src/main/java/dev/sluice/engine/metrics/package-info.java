/** Counters and drop reasons: what the engine did, and what it refused, readable from any thread. A leaf. */
package dev.sluice.engine.metrics;
