package dev.sluice.engine.threats;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread brings about, as short as it takes. Stateless. */
final class Eventually {
    /** Far more than anything takes, for machines that stand still now and then. */
    private static final long DEADLINE_NS = 30_000_000_000L;

    private static final long LOOK_EVERY_NS = 500_000;

    private Eventually() {}

    static void until(String what, BooleanSupplier condition) {
        until(() -> what, condition);
    }

    static void until(Supplier<String> what, BooleanSupplier condition) {
        until(what, condition, LOOK_EVERY_NS);
    }

    /** Without a pause between two looks: for what takes microseconds. */
    static void untilSoon(Supplier<String> what, BooleanSupplier condition) {
        until(what, condition, 0);
    }

    private static void until(Supplier<String> what, BooleanSupplier condition, long lookEveryNs) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > DEADLINE_NS) {
                throw new AssertionError("never came: " + what.get());
            }
            if (lookEveryNs == 0) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(lookEveryNs);
            }
        }
    }
}
