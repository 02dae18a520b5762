package dev.sluice.signaling.admin;

import dev.sluice.signaling.access.Caller;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed what, and from where, and who was not let in: one line each, to the logger {@code audit}. Failed attempts, of
 * which an outsider can make any number, are a few lines a second. Safe for many threads.
 */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("audit");
    private static final long FAILURE_EVERY_NS = 200_000_000L;

    private final LongSupplier clockNs;
    private final AtomicLong nextFailureNs;
    private final AtomicLong unsaid = new AtomicLong();

    public AuditLog(LongSupplier clockNs) {
        this.clockNs = clockNs;
        this.nextFailureNs = new AtomicLong(clockNs.getAsLong());
    }

    /**
     * @param who as {@link AdminAccess} knows the caller
     * @param what a word and key=value pairs, of valid names and no secrets
     */
    void change(String who, Caller caller, String what) {
        LOG.info("who={} from={} {}", who, caller.source().getHostAddress(), what);
    }

    void failedLogin(Caller caller) {
        long nowNs = clockNs.getAsLong();
        long nextNs = nextFailureNs.get();
        if (nowNs - nextNs >= 0 && nextFailureNs.compareAndSet(nextNs, nowNs + FAILURE_EVERY_NS)) {
            LOG.warn(
                    "who=? from={} action=login result=refused unsaid={}",
                    caller.source().getHostAddress(),
                    unsaid.getAndSet(0));
        } else {
            unsaid.incrementAndGet();
        }
    }
}
