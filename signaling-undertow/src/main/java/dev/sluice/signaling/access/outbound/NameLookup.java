package dev.sluice.signaling.access.outbound;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks names up on platform threads, each name once at a time: it would block a carrier of virtual threads for as long as DNS does.
 * Safe for many threads.
 */
final class NameLookup implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("outbound-dns").daemon().factory());
    private final ConcurrentHashMap<String, CompletableFuture<InetAddress[]>> running = new ConcurrentHashMap<>();

    /**
     * @param host a name, or an address as it stands in a URI
     * @throws ExecutionException when there is no such name
     */
    InetAddress[] find(String host, Duration within) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return new InetAddress[] {InetAddress.ofLiteral(host)};
        } catch (IllegalArgumentException e) {
            // A name.
        }
        CompletableFuture<InetAddress[]> mine = new CompletableFuture<>();
        CompletableFuture<InetAddress[]> other = running.putIfAbsent(host, mine);
        if (other != null) {
            return other.get(within.toNanos(), TimeUnit.NANOSECONDS);
        }
        try {
            threads.execute(() -> look(host, mine));
        } catch (RuntimeException | OutOfMemoryError e) {
            // The server stops, or no thread can be had: the next question tries again.
            running.remove(host, mine);
            mine.completeExceptionally(e);
        }
        return mine.get(within.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look(String host, CompletableFuture<InetAddress[]> found) {
        try {
            found.complete(InetAddress.getAllByName(host));
        } catch (Exception e) {
            found.completeExceptionally(e);
        } finally {
            running.remove(host, found);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
