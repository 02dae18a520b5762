package dev.sluice.signaling.access;

/** Who may use the management addresses. */
@FunctionalInterface
public interface Gate {

    /** Null when the caller may. */
    Problem check(Caller caller);
}
