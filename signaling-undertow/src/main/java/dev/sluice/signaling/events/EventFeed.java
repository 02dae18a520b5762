package dev.sluice.signaling.events;

import dev.sluice.signaling.access.Gate;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.http.EventSender;
import dev.sluice.signaling.http.Replies;
import dev.sluice.signaling.http.Request;
import dev.sluice.signaling.http.VirtualThreads;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code /-/events}: the log as server-sent events (WHATWG HTML, section 9.2), for operators. Safe for many threads. */
public final class EventFeed {
    public static final String PATH = "/-/events";
    static final int MAX_READERS = 32;

    /** nginx would hold events back. */
    private static final HttpString LAST_EVENT_ID = new HttpString("Last-Event-ID");

    private static final HttpString NO_BUFFERING = new HttpString("X-Accel-Buffering");

    private static final int MAX_WORDS = 64;

    private final EventLog log;
    private final Gate gate;
    private final VirtualThreads threads;
    private final Set<EventSender> open = ConcurrentHashMap.newKeySet();
    private final LongAdder missed = new LongAdder();
    private boolean closed;
    /** How often who may listen was changed. */
    private int edition;

    public EventFeed(EventLog log, Gate gate, VirtualThreads threads) {
        this.log = log;
        this.gate = gate;
        this.threads = threads;
        log.addReader(() -> open.forEach(EventSender::wake));
    }

    /** Called on the I/O thread. */
    public void handle(HttpServerExchange exchange, Request request) {
        // The gate may compute a password's hash.
        threads.dispatch(exchange, () -> answer(exchange, request));
    }

    private void answer(HttpServerExchange exchange, Request request) throws Exception {
        int asked = edition();
        Problem problem = gate.check(request.caller());
        if (problem == null && !exchange.getRequestMethod().toString().equals("GET")) {
            exchange.getResponseHeaders().put(Headers.ALLOW, "GET");
            problem = Problem.method("GET");
        }
        EventFilter filter = EventFilter.ALL;
        try {
            filter = new EventFilter(
                    Set.copyOf(words(request.query("types"), EventType::parse)),
                    words(request.query("stream"), EventFilter::parsePattern));
        } catch (IllegalArgumentException e) {
            problem = problem == null ? Problem.badMessage(e.getMessage() + ".") : problem;
        }
        if (problem == null && open.size() >= MAX_READERS) {
            problem = Problem.tooMany("Too many listen to events.");
        }
        if (problem != null) {
            Replies.problem(exchange, problem);
            return;
        }
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        exchange.getResponseHeaders().put(NO_BUFFERING, "no");
        // From here on: what happens while the answer's head is on its way is not lost.
        String lastId = exchange.getRequestHeaders().getLast(LAST_EVENT_ID);
        FeedReader reader = new FeedReader(log, filter, lastId, missed);
        new ServerSentEventHandler((connection, ignored) -> listen(connection, reader, asked)).handleRequest(exchange);
    }

    /** Separated by commas; empty for all. */
    private static <T> List<T> words(String list, Function<String, T> parser) {
        if (list == null || list.isEmpty()) {
            return List.of();
        }
        return Arrays.stream(list.split(",", MAX_WORDS))
                .map(parser)
                .distinct()
                .collect(Collectors.toUnmodifiableList());
    }

    private void listen(ServerSentEventConnection connection, FeedReader reader, int asked) {
        EventSender sender = new EventSender(connection, reader::next, open::remove);
        synchronized (this) {
            if (closed || asked != edition || open.size() >= MAX_READERS) {
                sender.cut();
                return;
            }
            open.add(sender);
        }
        if (!connection.isOpen()) {
            open.remove(sender);
        }
        sender.wake();
    }

    private synchronized int edition() {
        return edition;
    }

    /** Who may listen has changed: all have to ask again. */
    void endAll() {
        synchronized (this) {
            edition++;
        }
        open.forEach(EventSender::cut);
    }

    public int readers() {
        return open.size();
    }

    /** Events that readers were too slow for. */
    public long missed() {
        return missed.sum();
    }

    /** What was not read yet still goes out; then the connections close. */
    public void close() {
        synchronized (this) {
            closed = true;
        }
        open.forEach(EventSender::finish);
    }
}
