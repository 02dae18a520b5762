package dev.sluice.signaling.events;

import dev.sluice.signaling.access.outbound.OutboundHttp;
import dev.sluice.signaling.access.outbound.OwnAddressException;
import dev.sluice.signaling.config.WebhookConfig;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;

/** One signed POST, within a time. Safe for many threads. */
final class WebhookSender {
    private static final int GONE = 410;
    /** Nobody wants an answer's body; reading a short one lets the connection be used again. */
    private static final int MAX_BODY_BYTES = 16 * 1024;

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

    private final OutboundHttp http;
    private final Duration timeout;
    private final String agent;

    /** @param timeout of a try */
    WebhookSender(OutboundHttp http, Duration timeout, String agent) {
        this.http = http;
        this.timeout = timeout;
        this.agent = agent;
    }

    /** Blocks, at most for the timeout. */
    Result post(WebhookConfig target, String id, String body) throws InterruptedException {
        long now = Instant.now().getEpochSecond();
        HttpRequest request = HttpRequest.newBuilder(target.url())
                .header("Content-Type", "application/json")
                .header("User-Agent", agent)
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(now))
                .header("webhook-signature", WebhookSignature.of(target.key(), id, now, body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return result(http.send(request, MAX_BODY_BYTES, timeout));
        } catch (OwnAddressException e) {
            return new Result(Outcome.SELF, e.getMessage());
        } catch (IOException e) {
            return new Result(Outcome.FAILED, e.getMessage());
        }
    }

    private static Result result(OutboundHttp.Answer answer) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return new Result(Outcome.DELIVERED, "");
        }
        return status == GONE
                ? new Result(Outcome.GONE, "status 410")
                : new Result(Outcome.FAILED, "status " + status, retryAfter(answer.header("Retry-After")));
    }

    /** Seconds only (RFC 9110 section 10.2.3); a date is not worth a parser. */
    private static Duration retryAfter(String text) {
        return text.matches("[0-9]{1,9}")
                ? Duration.ofSeconds(Math.min(MAX_RETRY_AFTER_S, Long.parseLong(text)))
                : Duration.ZERO;
    }
}
