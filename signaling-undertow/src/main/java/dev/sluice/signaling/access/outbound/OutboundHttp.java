package dev.sluice.signaling.access.outbound;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * GETs with a bound on the time of the whole exchange and on the bytes of its body. Redirects are not followed: they are an answer.
 * Safe for many threads; its calls block and belong on virtual threads.
 */
public final class OutboundHttp implements AutoCloseable {
    /** From the first attempt to connect to the last byte of the body. */
    public static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static final int MAX_DETAILS_CHARS = 200;

    private final Duration timeout;
    private HttpClient client;
    private boolean closed;

    public OutboundHttp() {
        this(TIMEOUT);
    }

    /** @param timeout of an exchange */
    public OutboundHttp(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * What came.
     *
     * @param body the first bytes of it, as many as were asked for
     * @param whole whether that is all of the body
     */
    public record Answer(int status, java.net.http.HttpHeaders headers, byte[] body, boolean whole) {
        /** Empty when absent. */
        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    /**
     * @param maxBodyBytes what is read of the body, the connection is then cut
     * @throws IOException when nothing proper came in time, in words for the log
     */
    public Answer get(URI uri, int maxBodyBytes) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(uri).header("User-Agent", "sluice").GET().build();
        CompletableFuture<HttpResponse<BoundedBody.Received>> exchange =
                client().sendAsync(request, info -> new BoundedBody(maxBodyBytes));
        try {
            HttpResponse<BoundedBody.Received> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            BoundedBody.Received body = response.body();
            return new Answer(response.statusCode(), response.headers(), body.bytes(), body.whole());
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw new IOException("no answer within " + timeout.toSeconds() + " s", e);
        } catch (ExecutionException | CancellationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getClass().getSimpleName() + details(cause), cause);
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** It may repeat what the other side sent, and goes into a line of the log. */
    private static String details(Throwable cause) {
        if (cause.getMessage() == null) {
            return "";
        }
        String text = cause.getMessage().replaceAll("\\p{Cntrl}", "?");
        return ": " + text.substring(0, Math.min(MAX_DETAILS_CHARS, text.length()));
    }

    /** Made when first needed: a server without hooks and key URLs has no client and no thread of it. */
    private synchronized HttpClient client() throws IOException {
        if (closed) {
            throw new IOException("the server stops");
        }
        if (client == null) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout)
                    .executor(task -> Thread.ofVirtual().name("outbound").start(task))
                    .build();
        }
        return client;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.shutdownNow();
        }
    }
}
