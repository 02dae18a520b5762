package dev.sluice.signaling.access;

import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.OriginRule;

/** Who may see what concerns the whole server. Safe for many threads. */
@FunctionalInterface
public interface Gate {

    /** Null when the caller may. */
    Problem check(Caller caller);

    /** For this computer alone, and there for no page but our own. */
    static Gate ofThisComputer(ListenConfig listen) {
        return caller -> {
            if (!listen.isLoopback() || !caller.source().isLoopbackAddress()) {
                return Problem.origin(
                        "This is for callers on the server's own computer, while it listens there alone.");
            }
            boolean foreign = !Origins.allows(OriginRule.SAME, caller) || Origins.isForeignName(caller.host());
            return foreign ? Problem.origin("Pages of this origin may not see that.") : null;
        };
    }
}
