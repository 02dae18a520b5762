package dev.sluice.signaling.http;

import dev.sluice.signaling.access.Problem;
import io.undertow.io.IoCallback;
import io.undertow.io.Receiver;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Reads a request's body into memory, at most 64 KiB of it. Safe for many threads. */
public final class BodyReader {
    public static final int MAX_BODY_BYTES = 64 * 1024;

    /** So long a client may go on sending what is too much: who is cut off while sending never reads our 413. */
    private static final long LINGER_MS = 2_000;

    /** Takes the whole body on a virtual thread. */
    @FunctionalInterface
    public interface Consumer {
        void accept(String body) throws Exception;
    }

    private final VirtualThreads threads;

    public BodyReader(VirtualThreads threads) {
        this.threads = threads;
    }

    /** Called on the I/O thread. */
    public void read(HttpServerExchange exchange, Consumer consumer) {
        if (HttpContinue.requiresContinueResponse(exchange)) {
            HttpContinue.sendContinueResponse(exchange, new Continued(consumer));
        } else {
            receive(exchange, consumer);
        }
    }

    private void receive(HttpServerExchange exchange, Consumer consumer) {
        Receiver receiver = exchange.getRequestReceiver();
        receiver.setMaxBufferSize(MAX_BODY_BYTES);
        receiver.receiveFullBytes(
                (ex, bytes) -> threads.dispatch(ex, () -> consumer.accept(new String(bytes, StandardCharsets.UTF_8))),
                (ex, error) -> refuse(ex, error));
    }

    /** Goes on when a client that asked first (RFC 9110 section 10.1.1) has been told to. */
    private final class Continued implements IoCallback {
        private final Consumer consumer;

        Continued(Consumer consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onComplete(HttpServerExchange exchange, Sender sender) {
            receive(exchange, consumer);
        }

        @Override
        public void onException(HttpServerExchange exchange, Sender sender, IOException error) {
            exchange.endExchange();
        }
    }

    private static void refuse(HttpServerExchange exchange, IOException error) {
        if (error instanceof Receiver.RequestToLargeException) {
            // Not setPersistent(false): that closes the reading side at once, and the kernel resets a connection that
            // is closed
            // with something unread. The end of the exchange reads on to the end of the body.
            exchange.getIoThread().executeAfter(() -> cutOff(exchange), LINGER_MS, TimeUnit.MILLISECONDS);
            Replies.problem(exchange, Problem.tooLarge(MAX_BODY_BYTES));
        } else {
            exchange.endExchange();
        }
    }

    private static void cutOff(HttpServerExchange exchange) {
        if (!exchange.isRequestComplete()) {
            org.xnio.IoUtils.safeClose(exchange.getConnection());
        }
    }
}
