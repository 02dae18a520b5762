package dev.sluice.signaling.access.jwt;

import dev.sluice.signaling.access.outbound.OutboundHttp;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JWK set behind a URL: fetched when first needed, again when a token names a key that is not in it, and by its age. When that
 * fails the former keys go on. Safe for many threads; who needs a key that is not there waits for the fetch.
 */
public final class RemoteKeys {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);

    /** Providers' sets have 2 to 8 KiB. */
    private static final int MAX_BYTES = 256 * 1024;

    /** So often at most, whatever keys tokens name: anybody can write a key's name. */
    static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);

    /** So old a set may be before it is fetched again: keys that a provider took back go then. */
    static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final URI uri;
    private final OutboundHttp http;
    private final InstantSource clock;
    private final Executor executor;
    private final AtomicReference<FutureTask<Void>> fetching = new AtomicReference<>();
    private volatile Fetched fetched = new Fetched(List.of(), Instant.MIN, Instant.MIN);

    /** @param triedAt also when it failed */
    private record Fetched(List<TokenKey> keys, Instant triedAt, Instant succeededAt) {}

    /** @param executor for fetches that nobody waits for */
    public RemoteKeys(URI uri, OutboundHttp http, InstantSource clock, Executor executor) {
        this.uri = uri;
        this.http = http;
        this.clock = clock;
        this.executor = executor;
    }

    /**
     * The keys, with the named one among them if the provider has it.
     *
     * @param id of a token's header, null when it has none
     * @return empty when none could ever be fetched
     */
    List<TokenKey> keys(String id) {
        Fetched now = fetched;
        boolean missing = now.keys.isEmpty()
                || id != null && now.keys.stream().noneMatch(key -> key.id().equals(id));
        boolean mayTry = isPast(now.triedAt, SHORTEST_INTERVAL);
        if (missing && (mayTry || fetching.get() != null)) {
            fetch(true);
        } else if (mayTry && isPast(now.succeededAt, MAX_AGE)) {
            executor.execute(() -> fetch(false));
        }
        return fetched.keys;
    }

    private boolean isPast(Instant since, Duration interval) {
        return since.equals(Instant.MIN) || !clock.instant().isBefore(since.plus(interval));
    }

    /** One fetch at a time, outside any lock. */
    private void fetch(boolean await) {
        FutureTask<Void> mine = new FutureTask<>(this::fetchNow, null);
        FutureTask<Void> running = fetching.compareAndExchange(null, mine);
        if (running == null) {
            try {
                mine.run();
            } finally {
                fetching.set(null);
            }
        } else if (await) {
            try {
                running.get();
            } catch (java.util.concurrent.ExecutionException e) {
                LOG.error("event=jwks-failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void fetchNow() {
        Fetched before = fetched;
        if (!isPast(before.triedAt, SHORTEST_INTERVAL)) {
            // Another one finished while this one was on its way.
            return;
        }
        Instant now = clock.instant();
        try {
            OutboundHttp.Answer answer = http.get(uri, MAX_BYTES);
            if (answer.status() != 200 || !answer.whole()) {
                throw new IOException(answer.whole() ? "status " + answer.status() : "over " + MAX_BYTES + " bytes");
            }
            List<TokenKey> keys = TokenKeys.jwks(new String(answer.body(), StandardCharsets.UTF_8), false);
            fetched = new Fetched(keys, now, now);
            LOG.info("event=jwks-fetched keys={}", keys.size());
        } catch (IOException | IllegalArgumentException e) {
            fetched = new Fetched(before.keys, now, before.succeededAt);
            LOG.warn("event=jwks-failed host={} keys={} reason={}", uri.getHost(), before.keys.size(), e.getMessage());
        }
    }
}
