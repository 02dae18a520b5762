package dev.sluice.signaling.access;

/** Who may see and change what concerns the whole server. Safe for many threads; it may wait and belongs on virtual threads. */
@FunctionalInterface
public interface Gate {

    /** Null when the caller may. */
    Problem check(Caller caller);
}
