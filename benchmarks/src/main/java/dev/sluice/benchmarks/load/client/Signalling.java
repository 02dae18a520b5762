package dev.sluice.benchmarks.load.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/** WHIP and WHEP over HTTP (RFC 9725): an offer posted, a session deleted; so many requests at a time. Safe for many threads. */
public final class Signalling implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int BUSY = 503;

    private final LongAdder retries = new LongAdder();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final Semaphore requests;

    public Signalling(int requestsAtATime) {
        requests = new Semaphore(requestsAtATime);
    }

    /** An answer, and where its session is; null when the server named no place. */
    public record Session(String answer, URI resource) {}

    /** Waits for its turn, then posts an offer, and again while the server is busy. */
    public Session post(URI to, String offer, Runnable onTurn) throws IOException, InterruptedException {
        long endNs = System.nanoTime() + PATIENCE.toNanos();
        HttpRequest request = HttpRequest.newBuilder(to)
                .timeout(PATIENCE)
                .header("Content-Type", "application/sdp")
                .POST(HttpRequest.BodyPublishers.ofString(offer))
                .build();
        HttpResponse<String> response = send(request, onTurn);
        // A server with too much to do says so, and when to come again (RFC 9725 section 4.5).
        while (isLater(response) && System.nanoTime() - endNs < 0) {
            long seconds = response.headers().firstValueAsLong("Retry-After").orElse(1);
            Thread.sleep((long) (seconds * 1_000 * ThreadLocalRandom.current().nextDouble(1, 1.2)));
            retries.increment();
            response = send(request, () -> {});
        }
        if (response.statusCode() != 201 && response.statusCode() != 200) {
            throw new IOException("POST " + to + ": " + response.statusCode() + " " + response.body());
        }
        return new Session(
                response.body(),
                response.headers().firstValue("Location").map(to::resolve).orElse(null));
    }

    private static boolean isLater(HttpResponse<String> response) {
        return response.statusCode() == BUSY
                || response.statusCode() >= 400
                        && response.headers().firstValue("Retry-After").isPresent();
    }

    private HttpResponse<String> send(HttpRequest request, Runnable onTurn) throws IOException, InterruptedException {
        requests.acquire();
        try {
            onTurn.run();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } finally {
            requests.release();
        }
    }

    /** Offers that were posted again because the server was busy. */
    public long retries() {
        return retries.sum();
    }

    /** Ends a session; what the server says to it is of no interest. */
    public void delete(URI resource) throws InterruptedException {
        requests.acquire();
        try {
            http.send(
                    HttpRequest.newBuilder(resource).timeout(PATIENCE).DELETE().build(),
                    HttpResponse.BodyHandlers.discarding());
        } catch (IOException e) {
            // It ends by itself when its checks stop.
        } finally {
            requests.release();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
