package dev.sluice.signaling.admin;

import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Origins;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.config.DrainConfig;
import dev.sluice.signaling.config.OtherServer;
import dev.sluice.signaling.drain.Drain;
import dev.sluice.signaling.drain.Drain.Progress;
import dev.sluice.signaling.http.BodyReader;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.json.JsonException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** {@code /-/drain}: begins, shows and cancels a drain. Safe for many threads; called on I/O threads. */
public final class DrainEndpoint {
    public static final String PATH = "/-/drain";

    /** Where neither the request nor the config says it. */
    private static final Duration USUAL_TIME = Duration.ofSeconds(60);

    /** So long an answer may take to leave before the drain may be over. */
    private static final long ANSWER_SECONDS = 2;

    private final Drain drain;
    private final AdminAccess access;
    private final AuditLog audit;
    private final Supplier<DrainConfig> config;
    private final BodyReader bodies;
    private final VirtualThreads threads;

    public DrainEndpoint(
            Drain drain,
            AdminAccess access,
            AuditLog audit,
            Supplier<DrainConfig> config,
            BodyReader bodies,
            VirtualThreads threads) {
        this.drain = drain;
        this.access = access;
        this.audit = audit;
        this.config = config;
        this.bodies = bodies;
        this.threads = threads;
    }

    public void handle(HttpServerExchange exchange, Request request) {
        if (exchange.getRequestMethod().toString().equals("POST")) {
            bodies.read(exchange, body -> serve(exchange, request.caller(), body));
        } else {
            threads.dispatch(exchange, () -> serve(exchange, request.caller(), ""));
        }
    }

    /** On a virtual thread: the gate may wait. */
    private void serve(HttpServerExchange exchange, Caller caller, String body) {
        Problem problem = access.check(caller);
        if (problem != null) {
            Replies.problem(exchange, problem);
            return;
        }
        switch (exchange.getRequestMethod().toString()) {
            case "GET", "HEAD" -> Replies.json(exchange, StatusCodes.OK, shown(drain.progress()));
            case "POST" -> begin(exchange, caller, body);
            case "DELETE" -> {
                drain.cancel();
                audit.change(access.who(), caller, "action=drain.cancel");
                Replies.json(exchange, StatusCodes.OK, shown(drain.progress()));
            }
            default -> {
                exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD, POST, DELETE");
                Replies.problem(exchange, Problem.method("GET, HEAD, POST, DELETE"));
            }
        }
    }

    private record Order(OtherServer to, Duration time) {}

    private void begin(HttpServerExchange exchange, Caller caller, String body) {
        // A foreign page cannot send this type unasked.
        if (!body.isEmpty() && !Request.hasType(exchange, "application/json")) {
            Replies.problem(exchange, Problem.contentType("application/json"));
            return;
        }
        Order order;
        try {
            order = order(body.isEmpty() ? Map.of() : Json.parseObject(body));
        } catch (JsonException e) {
            Replies.problem(
                    exchange,
                    Problem.badMessage("The body must be {\"to\":\"https://…\",\"seconds\":N} or a part of it."));
            return;
        } catch (IllegalArgumentException e) {
            Replies.problem(exchange, Problem.badMessage(e.getMessage()));
            return;
        }
        // By the name the operator uses for us, or by any that leads to where we listen.
        if (order.to != null && (Origins.isSame(order.to.base(), caller) || drain.isOurselves(order.to))) {
            Replies.problem(exchange, Problem.badMessage("to: expected another server than this one"));
            return;
        }
        CompletableFuture<Void> answered = new CompletableFuture<>();
        exchange.addExchangeCompleteListener((done, next) -> {
            answered.complete(null);
            next.proceed();
        });
        String to = order.to == null ? "-" : order.to.base();
        audit.change(access.who(), caller, "action=drain.begin to=" + to + " seconds=" + order.time.toSeconds());
        drain.begin(order.to, order.time, answered.completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS));
        Replies.json(exchange, StatusCodes.ACCEPTED, shown(drain.progress()));
    }

    /** What is not said is as the config has it. */
    private Order order(Map<String, Object> message) {
        for (String key : message.keySet()) {
            if (!Set.of("to", "seconds").contains(key)) {
                throw new IllegalArgumentException("There is no \"" + printable(key) + "\", only to and seconds.");
            }
        }
        DrainConfig usual = config.get();
        OtherServer to = usual.to();
        if (message.containsKey("to")) {
            to = switch (message.get("to")) {
                case null -> null;
                case String text -> parse(text);
                default -> throw new IllegalArgumentException("to: expected text or null");
            };
        }
        Duration time = usual.time().isZero() ? USUAL_TIME : usual.time();
        if (message.containsKey("seconds")) {
            if (!(message.get("seconds") instanceof Double seconds
                    && seconds >= 0
                    && seconds <= DrainConfig.MAX_SECONDS)) {
                throw new IllegalArgumentException("seconds: expected a number from 0 to " + DrainConfig.MAX_SECONDS);
            }
            time = Duration.ofMillis(Math.round(seconds * 1_000));
        }
        return new Order(to, time);
    }

    private static OtherServer parse(String text) {
        try {
            return OtherServer.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("to: " + e.getMessage(), e);
        }
    }

    private static String printable(String key) {
        return key.replaceAll("[^\\x20-\\x7e]", "?").substring(0, Math.min(40, key.length()));
    }

    private static Map<String, Object> shown(Progress progress) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("state", progress.state().name().toLowerCase(Locale.ROOT));
        shown.put("to", progress.to() == null ? null : progress.to().base());
        shown.put("seconds_left", progress.secondsLeft());
        shown.put("publishers", progress.publishers());
        shown.put("players", progress.players());
        return shown;
    }
}
