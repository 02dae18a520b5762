package dev.sluice.engine;

import java.time.Instant;

/** One kind of unexpected exception, how often and when it came. Immutable. */
public record EngineError(String kind, long count, Instant first, Instant last) {}
