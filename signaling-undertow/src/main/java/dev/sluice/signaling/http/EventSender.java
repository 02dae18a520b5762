package dev.sluice.signaling.http;

import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.xnio.IoUtils;

/**
 * Sends server-sent events to one client, each asked for when the one before has left: a client that reads slowly holds up nobody,
 * and nothing piles up for it. Safe for many threads.
 */
public final class EventSender {
    private static final long KEEP_ALIVE_MS = TimeUnit.SECONDS.toMillis(15);

    /** @param id null for one that needs none */
    public record Event(String name, String data, String id) {}

    private final ServerSentEventConnection connection;
    private final Function<EventSender, Event> source;
    private boolean sending;
    private boolean finished;

    /**
     * @param source gives this sender's next event, or null when there is none now; called by one thread at a time
     * @param onGone takes this sender when the connection is closed
     */
    public EventSender(
            ServerSentEventConnection connection, Function<EventSender, Event> source, Consumer<EventSender> onGone) {
        this.connection = connection;
        this.source = source;
        connection.setKeepAliveTime(KEEP_ALIVE_MS);
        connection.addCloseTask(gone -> onGone.accept(this));
    }

    /** The source may have something. Does not block. */
    public void wake() {
        Event event;
        synchronized (this) {
            if (sending) {
                return;
            }
            event = source.apply(this);
            sending = event != null;
            if (event == null && !finished) {
                return;
            }
        }
        if (event != null) {
            connection.send(event.data, event.name, event.id, new Sent());
        } else {
            connection.shutdown();
        }
    }

    /** No more will come: what the source still has goes out, then the connection closes. */
    public void finish() {
        synchronized (this) {
            finished = true;
        }
        wake();
    }

    /** Closes at once. */
    public void cut() {
        IoUtils.safeClose(connection);
    }

    /** Goes on with the next event when one has left. Safe for many threads. */
    private final class Sent implements ServerSentEventConnection.EventCallback {
        @Override
        public void done(ServerSentEventConnection to, String data, String event, String id) {
            synchronized (EventSender.this) {
                sending = false;
            }
            wake();
        }

        @Override
        public void failed(ServerSentEventConnection to, String data, String event, String id, IOException error) {
            IoUtils.safeClose(to);
        }
    }
}
