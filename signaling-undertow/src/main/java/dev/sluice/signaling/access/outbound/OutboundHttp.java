package dev.sluice.signaling.access.outbound;

import java.io.IOException;
import java.net.InetAddress;
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
 * Requests with a bound on the time of the whole exchange and on the bytes of its body, never to ourselves. Redirects are not
 * followed: they are an answer. Safe for many threads; its calls block and belong on virtual threads.
 */
public final class OutboundHttp implements AutoCloseable {
    /** From looking the name up to the last byte of the body, where the caller does not say. */
    public static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static final int MAX_DETAILS_CHARS = 200;

    /** Where this server listens. */
    @FunctionalInterface
    public interface OwnAddresses {
        boolean has(InetAddress address, int port);
    }

    private final OwnAddresses own;
    private final Duration timeout;
    private final NameLookup names = new NameLookup();
    private HttpClient client;
    private boolean closed;

    /** @param own asked before each request */
    public OutboundHttp(OwnAddresses own) {
        this(own, TIMEOUT);
    }

    /** @param timeout of an exchange */
    public OutboundHttp(OwnAddresses own, Duration timeout) {
        this.own = own;
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
        try {
            return send(request, maxBodyBytes, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /**
     * The same of any request.
     *
     * @throws OwnAddressException when it would come to ourselves
     */
    public Answer send(HttpRequest request, int maxBodyBytes, Duration within)
            throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + within.toNanos();
        try {
            // The request then finds the same addresses in the JVM's cache.
            if (leadsToUs(request.uri(), within)) {
                throw new OwnAddressException();
            }
            CompletableFuture<HttpResponse<BoundedBody.Received>> exchange =
                    client().sendAsync(request, info -> new BoundedBody(maxBodyBytes));
            try {
                HttpResponse<BoundedBody.Received> response =
                        exchange.get(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                BoundedBody.Received body = response.body();
                return new Answer(response.statusCode(), response.headers(), body.bytes(), body.whole());
            } finally {
                // Closes the connection of what has not ended by now.
                exchange.cancel(true);
            }
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + within.toMillis() + " ms", e);
        } catch (ExecutionException | CancellationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getClass().getSimpleName() + details(cause), cause);
        }
    }

    /** Whether who connects to there comes to this server, as far as that can be seen from here: not through a proxy. Blocks. */
    public boolean leadsToUs(URI uri) {
        try {
            return leadsToUs(uri, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private boolean leadsToUs(URI uri, Duration within)
            throws InterruptedException, ExecutionException, TimeoutException {
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        for (InetAddress address : names.find(uri.getHost(), within)) {
            if (own.has(address, port)) {
                return true;
            }
        }
        return false;
    }

    /** It may repeat what the other side sent, and goes into a line of the log. */
    private static String details(Throwable cause) {
        if (cause.getMessage() == null) {
            return "";
        }
        String text = cause.getMessage().replaceAll("\\p{Cntrl}", "?");
        return ": " + text.substring(0, Math.min(MAX_DETAILS_CHARS, text.length()));
    }

    /** Made when first needed: a server that asks and tells nobody has no client and no thread of it. */
    private synchronized HttpClient client() throws IOException {
        if (closed) {
            throw new IOException("the server stops");
        }
        if (client == null) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .executor(task -> Thread.ofVirtual().name("outbound").start(task))
                    .build();
        }
        return client;
    }

    @Override
    public synchronized void close() {
        closed = true;
        names.close();
        if (client != null) {
            client.shutdownNow();
        }
    }
}
