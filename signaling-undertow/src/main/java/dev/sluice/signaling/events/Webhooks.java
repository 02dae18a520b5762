package dev.sluice.signaling.events;

import dev.sluice.signaling.access.outbound.OutboundHttp;
import dev.sluice.signaling.config.WebhookConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The targets that the configuration in force names. Those that a new configuration still has go on undisturbed; the others stop.
 * Safe for many threads.
 */
public final class Webhooks implements EventLog.Sink {
    private final Supplier<List<WebhookConfig>> configured;
    private final WebhookSender sender;
    private final RetryPolicy retry;
    private final WebhookCounters counters = new WebhookCounters();
    private List<WebhookConfig> applied = List.of();
    private List<WebhookTarget> targets = List.of();
    private boolean closed;

    /** @param configured what is in force whenever it is asked */
    public Webhooks(Supplier<List<WebhookConfig>> configured, OutboundHttp http, String agent) {
        this(configured, http, agent, RetryPolicy.DEFAULT);
    }

    Webhooks(Supplier<List<WebhookConfig>> configured, OutboundHttp http, String agent, RetryPolicy retry) {
        this.configured = configured;
        this.sender = new WebhookSender(http, retry.timeout(), agent);
        this.retry = retry;
    }

    /** There may be other targets now. Does not block. */
    synchronized void update() {
        List<WebhookConfig> now = configured.get();
        if (!closed && now != applied) {
            apply(now);
        }
    }

    /** Does not block. */
    @Override
    public synchronized void offer(ServerEvent event) {
        if (closed) {
            return;
        }
        update();
        for (WebhookTarget target : targets) {
            target.offer(event);
        }
    }

    private void apply(List<WebhookConfig> now) {
        List<WebhookTarget> next = new ArrayList<>();
        List<WebhookTarget> gone = new ArrayList<>(targets);
        for (WebhookConfig config : now) {
            WebhookTarget same = gone.stream()
                    .filter(target -> target.config().equals(config))
                    .findFirst()
                    .orElse(null);
            gone.remove(same);
            next.add(same != null ? same : new WebhookTarget(config, sender, retry, counters));
        }
        gone.forEach(WebhookTarget::cut);
        applied = now;
        targets = next;
    }

    public Map<String, Long> counters() {
        return counters.all();
    }

    /** What waits is tried once more for each target, for this long at most in all. */
    public void close(Duration patience) {
        List<WebhookTarget> last;
        synchronized (this) {
            closed = true;
            last = targets;
        }
        last.forEach(WebhookTarget::stop);
        long deadlineNs = System.nanoTime() + patience.toNanos();
        try {
            for (WebhookTarget target : last) {
                target.awaitEnd(deadlineNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
