package dev.sluice.signaling.access.hook;

import dev.sluice.signaling.access.outbound.OutboundHttp;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks hooks, a bounded number at a time, the same question once, and keeps each answer for as long as it says. Safe for many
 * threads; asking blocks and belongs on virtual threads.
 */
public final class Hooks {
    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);

    /** At 20 ms an answer this is 3,000 joins a second; a hook that hangs holds this many threads. */
    static final int MAX_AT_ONCE = 64;

    private static final int MAX_CACHED = 20_000;

    /** The body is not used; reading a short one lets the connection be used again. */
    private static final int MAX_BODY_BYTES = 4 * 1024;

    /** As Flussonic has it, when the hook does not say. */
    private static final long ALLOWED_SECONDS = 180;

    /** Short, so that who was let in meanwhile need not wait; long enough to stop a client that repeats. */
    private static final long DENIED_SECONDS = 10;

    private static final long MAX_SECONDS = 7 * 24 * 3_600;
    private static final int MAX_SESSIONS = 1_000_000;
    private static final int WARNING_INTERVAL_SECONDS = 10;
    private static final int MAX_USER_CHARS = 256;
    private static final int MAX_LOCATION_CHARS = 2_000;

    private final OutboundHttp http;
    private final InstantSource clock;
    private final Semaphore free = new Semaphore(MAX_AT_ONCE);
    private final HookCache cache = new HookCache(MAX_CACHED);
    private final ConcurrentHashMap<String, FutureTask<HookAnswer>> asking = new ConcurrentHashMap<>();
    private final LongAdder asks = new LongAdder();
    private final LongAdder cached = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile Instant silentUntil = Instant.MIN;

    public Hooks(OutboundHttp http, InstantSource clock) {
        this.http = http;
        this.clock = clock;
    }

    /**
     * Blocks for {@link OutboundHttp#TIMEOUT} at most.
     *
     * @param asked run when this very question is put, and not the answer to another one like it taken
     */
    public HookAnswer ask(URI hook, HookQuestion question, Runnable asked) {
        String key = question.key(hook);
        HookAnswer known = cache.find(key, clock.instant());
        if (known != null) {
            cached.increment();
            return known;
        }
        FutureTask<HookAnswer> mine = new FutureTask<>(() -> askNow(hook, question, key, asked));
        FutureTask<HookAnswer> running = asking.putIfAbsent(key, mine);
        if (running == null) {
            running = mine;
            try {
                mine.run();
            } finally {
                asking.remove(key, mine);
            }
        }
        try {
            return running.get();
        } catch (ExecutionException e) {
            LOG.error("event=hook-failed host={}", hook.getHost(), e);
            return new HookAnswer.Failed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new HookAnswer.Failed();
        }
    }

    /** The next time it is asked again, whatever it said. */
    public void forget(URI hook, HookQuestion question) {
        cache.forget(question.key(hook));
    }

    private HookAnswer askNow(URI hook, HookQuestion question, String key, Runnable asked) {
        if (!free.tryAcquire()) {
            return new HookAnswer.Busy();
        }
        try {
            asks.increment();
            asked.run();
            OutboundHttp.Answer answer = http.get(question.at(hook), MAX_BODY_BYTES);
            return understood(hook, answer, key);
        } catch (IOException e) {
            failed.increment();
            warn(hook, e);
            return new HookAnswer.Failed();
        } finally {
            free.release();
        }
    }

    /** Anybody can make us ask, so it is not said each time. */
    private void warn(URI hook, IOException error) {
        Instant now = clock.instant();
        if (now.isBefore(silentUntil)) {
            LOG.debug("event=hook-failed host={} reason={}", hook.getHost(), error.getMessage());
        } else {
            silentUntil = now.plusSeconds(WARNING_INTERVAL_SECONDS);
            LOG.warn("event=hook-failed host={} reason={}", hook.getHost(), error.getMessage());
        }
    }

    private HookAnswer understood(URI hook, OutboundHttp.Answer answer, String key) throws IOException {
        int status = answer.status();
        long seconds = number(answer.header("X-AuthDuration"), status == 200 ? ALLOWED_SECONDS : DENIED_SECONDS);
        Instant until = clock.instant().plusSeconds(Math.clamp(seconds, 1, MAX_SECONDS));
        HookAnswer understood;
        if (status == 200) {
            int most = Math.clamp(number(answer.header("X-Max-Sessions"), 0), 0, MAX_SESSIONS);
            understood = new HookAnswer.Allowed(until, visible(answer.header("X-UserId")), most);
        } else if (status == 301 || status == 302 || status == 307) {
            understood = new HookAnswer.Elsewhere(until, location(hook, answer.header("Location")));
        } else if (status >= 400 && status < 500) {
            understood = new HookAnswer.Denied(until);
        } else {
            throw new IOException("status " + status);
        }
        cache.put(key, understood, until);
        return understood;
    }

    /** What is no number is as if it were not there: the hook's answer itself is clear. */
    private static long number(String text, long otherwise) {
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : otherwise;
    }

    /** It goes into logs, lists and pages. */
    private static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        text.codePoints()
                .filter(c -> !Character.isISOControl(c))
                .limit(MAX_USER_CHARS)
                .forEach(visible::appendCodePoint);
        return visible.toString();
    }

    private static String location(URI hook, String text) throws IOException {
        try {
            URI location = hook.resolve(new URI(text));
            boolean web = List.of("http", "https", "ws", "wss").contains(String.valueOf(location.getScheme()));
            if (!text.isEmpty() && web && location.getHost() != null && text.length() <= MAX_LOCATION_CHARS) {
                return location.toASCIIString();
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new IOException("a redirect without a usable Location");
    }

    /** Sums since the start. */
    public Map<String, Long> counters() {
        return Map.of("hook.asked", asks.sum(), "hook.cached", cached.sum(), "hook.failed", failed.sum());
    }
}
