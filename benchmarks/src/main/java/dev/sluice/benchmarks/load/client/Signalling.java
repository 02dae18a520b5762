package dev.sluice.benchmarks.load.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** WHIP and WHEP over HTTP (RFC 9725): an offer posted, a session deleted; so many requests at a time. Safe for many threads. */
public final class Signalling implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final Semaphore requests;

    public Signalling(int requestsAtATime) {
        requests = new Semaphore(requestsAtATime);
    }

    /** An answer, and where its session is; null when the server named no place. */
    record Session(String answer, URI resource) {}

    /** Waits for its turn, then posts an offer. */
    Session post(URI to, String offer, Runnable onTurn) throws IOException, InterruptedException {
        requests.acquire();
        try {
            onTurn.run();
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(to)
                            .timeout(PATIENCE)
                            .header("Content-Type", "application/sdp")
                            .POST(HttpRequest.BodyPublishers.ofString(offer))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 201 && response.statusCode() != 200) {
                throw new IOException("POST " + to + ": " + response.statusCode() + " " + response.body());
            }
            URI resource =
                    response.headers().firstValue("Location").map(to::resolve).orElse(null);
            return new Session(response.body(), resource);
        } finally {
            requests.release();
        }
    }

    /** Ends a session; what the server says to it is of no interest. */
    void delete(URI resource) throws InterruptedException {
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
