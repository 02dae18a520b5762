package dev.sluice.signaling.events;

import dev.sluice.signaling.config.OwnListeners;
import dev.sluice.signaling.config.WebhookConfig;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** One signed POST, never to ourselves, within a time. Safe for many threads. */
final class WebhookSender implements AutoCloseable {
    private static final int GONE = 410;
    private static final int MAX_RETRY_AFTER_S = 3_600;

    /** What became of a try. */
    enum Outcome {
        DELIVERED,
        FAILED,
        /** The target wants no more (410). */
        GONE,
        /** It is this server. */
        SELF
    }

    /**
     * @param why it failed, for the log
     * @param retryAfter what the target asks for, else zero
     */
    record Result(Outcome outcome, String why, Duration retryAfter) {
        Result(Outcome outcome, String why) {
            this(outcome, why, Duration.ZERO);
        }
    }

    private final HttpClient client;
    /** Looking a name up blocks a platform thread, and would block a carrier of virtual ones for as long. */
    private final ExecutorService lookups = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("webhook-dns").daemon().factory());

    private final Supplier<OwnListeners> own;
    private final Duration timeout;
    private final String agent;

    /** @param own where we listen, asked before each try */
    WebhookSender(Supplier<OwnListeners> own, Duration timeout, String agent) {
        this.own = own;
        this.timeout = timeout;
        this.agent = agent;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** Blocks, at most twice the timeout. */
    Result post(WebhookConfig target, String id, String body) throws InterruptedException {
        URI url = target.url();
        try {
            if (leadsToUs(url)) {
                return new Result(Outcome.SELF, "the address is this server's own");
            }
            return send(target, id, body);
        } catch (TimeoutException e) {
            return new Result(Outcome.FAILED, "no answer within " + timeout.toMillis() + " ms");
        } catch (RejectedExecutionException e) {
            return new Result(Outcome.FAILED, "the server stops");
        } catch (ExecutionException e) {
            return new Result(Outcome.FAILED, e.getCause().getClass().getSimpleName());
        }
    }

    /** Looked up right before the request, which then finds the same addresses in the JVM's cache. */
    private boolean leadsToUs(URI url) throws InterruptedException, ExecutionException, TimeoutException {
        Future<InetAddress[]> lookup = lookups.submit(() -> InetAddress.getAllByName(url.getHost()));
        OwnListeners listeners = own.get();
        for (InetAddress address : lookup.get(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            if (listeners.has(address, WebhookConfig.port(url))) {
                return true;
            }
        }
        return false;
    }

    private Result send(WebhookConfig target, String id, String body)
            throws InterruptedException, ExecutionException, TimeoutException {
        long now = Instant.now().getEpochSecond();
        HttpRequest request = HttpRequest.newBuilder(target.url())
                .header("Content-Type", "application/json")
                .header("User-Agent", agent)
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(now))
                .header("webhook-signature", WebhookSignature.of(target.key(), id, now, body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request, info -> new BoundedDiscard());
        try {
            return result(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } finally {
            // Closes the connection of what has not ended by now.
            answer.cancel(true);
        }
    }

    private static Result result(HttpResponse<Void> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Result(Outcome.DELIVERED, "");
        }
        return status == GONE
                ? new Result(Outcome.GONE, "status 410")
                : new Result(Outcome.FAILED, "status " + status, retryAfter(response.headers()));
    }

    /** Seconds only (RFC 9110 section 10.2.3); a date is not worth a parser. */
    private static Duration retryAfter(HttpHeaders headers) {
        String text = headers.firstValue("Retry-After").orElse("");
        return text.matches("[0-9]{1,9}")
                ? Duration.ofSeconds(Math.min(MAX_RETRY_AFTER_S, Long.parseLong(text)))
                : Duration.ZERO;
    }

    @Override
    public void close() {
        client.shutdownNow();
        lookups.shutdownNow();
    }
}
