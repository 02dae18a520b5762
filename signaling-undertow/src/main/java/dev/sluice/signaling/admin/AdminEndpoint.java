package dev.sluice.signaling.admin;

import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.http.BodyReader;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.VirtualThreads;
import dev.sluice.signaling.session.RecentRefusals;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.Map;
import java.util.TreeMap;

/** Sends each request of the API to its resource, after the gate. Safe for many threads; called on I/O threads. */
public final class AdminEndpoint implements AutoCloseable {
    public static final String PREFIX = "/streamer/api/v3";

    private static final String JSON = "application/json";
    private static final String STOP = "/stop";
    private static final String SESSIONS = "/sessions/";
    private static final String RECORD = "/record";
    private static final String RECORDINGS = "/recordings/";
    private static final String FILE = "/file";

    /** What one method of one path does. */
    @FunctionalInterface
    private interface Operation {
        Answer run(Call call) throws Refused;
    }

    private final AdminAccess access;
    private final StreamsResource streams;
    private final SessionsResource sessions;
    private final ConfigResource config;
    private final RecordingsResource recordings;
    private final HistoryResource history;
    private final RecentRefusals refusals;
    private final BodyReader bodies;
    private final VirtualThreads threads;

    AdminEndpoint(
            AdminAccess access,
            StreamsResource streams,
            SessionsResource sessions,
            ConfigResource config,
            RecordingsResource recordings,
            HistoryResource history,
            RecentRefusals refusals,
            BodyReader bodies,
            VirtualThreads threads) {
        this.access = access;
        this.streams = streams;
        this.sessions = sessions;
        this.config = config;
        this.recordings = recordings;
        this.history = history;
        this.refusals = refusals;
        this.bodies = bodies;
        this.threads = threads;
    }

    /** From now on there is something to plot. Once. */
    public void open() {
        history.start();
    }

    /** Idempotent. */
    @Override
    public void close() {
        history.close();
        recordings.close();
    }

    /** @param path as it came, not decoded */
    public static boolean owns(String path) {
        return path.startsWith(PREFIX) && (path.length() == PREFIX.length() || path.charAt(PREFIX.length()) == '/');
    }

    /** Whether the answer takes as long as its reader likes. */
    public static boolean isDownload(String method, String path) {
        return method.equals("GET") && path.startsWith(PREFIX + RECORDINGS) && path.endsWith(FILE);
    }

    public void handle(HttpServerExchange exchange, Request request) {
        switch (exchange.getRequestMethod().toString()) {
            case "PUT", "POST", "DELETE" -> bodies.read(exchange, body -> serve(exchange, request, body));
            default -> threads.dispatch(exchange, () -> serve(exchange, request, ""));
        }
    }

    private void serve(HttpServerExchange exchange, Request request, String body) {
        Problem problem = access.check(request.caller());
        if (problem != null) {
            refusals.add("admin", "", problem, request.caller());
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, access.challenge());
            if (problem.status() != 401) {
                exchange.getResponseHeaders().remove(Headers.WWW_AUTHENTICATE);
            }
            Replies.problem(exchange, problem);
            return;
        }
        try {
            answer(exchange, request, body);
        } catch (Refused e) {
            Replies.problem(exchange, e.problem());
        }
    }

    private void answer(HttpServerExchange exchange, Request request, String body) throws Refused {
        Map<String, Operation> operations = operations(exchange.getRequestPath().substring(PREFIX.length()));
        if (operations == null) {
            throw Refused.notFound("There is nothing here; see " + PREFIX + "/openapi.json.");
        }
        String method = exchange.getRequestMethod().toString();
        Operation operation = operations.get(method);
        if (operation == null) {
            String allowed = String.join(", ", operations.keySet());
            exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
            throw new Refused(Problem.method(allowed));
        }
        // A page's form, the one thing of a page that needs no permission to send, has no such type.
        boolean typed = exchange.getRequestHeaders().contains(Headers.CONTENT_TYPE);
        if (!method.equals("GET") && (typed || !body.isEmpty()) && !Request.hasType(exchange, JSON)) {
            throw new Refused(Problem.contentType(JSON));
        }
        Answer answer = operation.run(new Call(request.caller(), access.who(), body));
        if (answer.body() instanceof Download download) {
            download.send(exchange);
        } else if (answer.body() == null) {
            Replies.empty(exchange, answer.status());
        } else if (answer.body() instanceof String json) {
            Replies.text(exchange, answer.status(), JSON, json);
        } else {
            Replies.json(exchange, answer.status(), answer.body());
        }
    }

    /** By method; null when there is no such path. */
    private Map<String, Operation> operations(String path) {
        return switch (path) {
            case "/streams" -> Map.of("GET", streams::list);
            case "/sessions" -> Map.of("GET", sessions::list);
            case "/sessions/reauth" -> Map.of("POST", sessions::reauth);
            case "/recordings" -> Map.of("GET", call -> recordings.list());
            case "/config" -> sorted(Map.of("GET", call -> config.get(), "PUT", config::save));
            case "/config/stats" -> Map.of("GET", call -> config.stats());
            case "/config/stats/history" -> Map.of("GET", history::get);
            case "/config/reload" -> Map.of("POST", config::reload);
            case "/openapi.json" -> Map.of("GET", call -> Answer.of(Document.TEXT));
            default -> named(path);
        };
    }

    private Map<String, Operation> named(String path) {
        if (path.startsWith(RECORDINGS)) {
            return recording(path.substring(RECORDINGS.length()));
        }
        if (path.startsWith(SESSIONS)) {
            String session = path.substring(SESSIONS.length());
            if (session.endsWith(RECORD)) {
                String recorded = Request.decode(session.substring(0, session.length() - RECORD.length()));
                return Map.of("POST", call -> recordings.start(recorded, call));
            }
            String id = Request.decode(session);
            return sorted(Map.of("GET", call -> sessions.get(id), "DELETE", call -> sessions.delete(id, call)));
        }
        if (!path.startsWith("/streams/")) {
            return null;
        }
        // From the right: a stream may be called stop, too.
        String rest = path.substring(9);
        String name = Request.decode(rest);
        Map<String, Operation> operations = new TreeMap<>(Map.of(
                "GET", call -> streams.get(name),
                "PUT", call -> streams.save(name, call),
                "DELETE", call -> streams.delete(name, call)));
        if (rest.endsWith(STOP)) {
            String stopped = Request.decode(rest.substring(0, rest.length() - STOP.length()));
            operations.put("POST", call -> streams.stop(stopped, call));
        }
        return operations;
    }

    private Map<String, Operation> recording(String path) {
        int slash = path.indexOf('/');
        String id = slash < 0 ? path : path.substring(0, slash);
        return switch (slash < 0 ? "" : path.substring(slash)) {
            case "" -> sorted(Map.of("GET", call -> recordings.get(id), "DELETE", call -> recordings.delete(id, call)));
            case STOP -> Map.of("POST", call -> recordings.stop(id, call));
            case FILE -> Map.of("GET", call -> recordings.file(id, call));
            default -> null;
        };
    }

    private static Map<String, Operation> sorted(Map<String, Operation> operations) {
        return new TreeMap<>(operations);
    }
}
