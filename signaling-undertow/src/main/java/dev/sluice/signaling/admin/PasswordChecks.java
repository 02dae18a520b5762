package dev.sluice.signaling.admin;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Computes the hashes of passwords that are tried: on platform threads, since each takes a core for a tenth of a second and on a
 * virtual thread would take a carrier for as long, which signalling needs. Safe for many threads; asking blocks.
 */
final class PasswordChecks {
    /** Together they take about two seconds. */
    static final int MAX_WAITING = 16;

    /** A hash takes 19 MiB of the heap while it is computed, and a server in a small container may have many cores and little heap. */
    private static final int MAX_AT_ONCE = 2;

    private static final long KEPT_SECONDS = 10;

    private final ThreadPoolExecutor threads;
    private final LongAdder refused = new LongAdder();

    PasswordChecks() {
        this(Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MAX_AT_ONCE));
    }

    /** @param atOnce hashes at a time: each takes its memory, too */
    PasswordChecks(int atOnce) {
        this.threads = new ThreadPoolExecutor(
                atOnce,
                atOnce,
                KEPT_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().name("password-hash").daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Null when too many others wait. */
    Boolean run(Callable<Boolean> check) {
        Future<Boolean> result;
        try {
            result = threads.submit(check);
        } catch (RejectedExecutionException e) {
            refused.increment();
            return null;
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(false);
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    int waiting() {
        return threads.getQueue().size();
    }

    /** Since the start. */
    long refused() {
        return refused.sum();
    }
}
