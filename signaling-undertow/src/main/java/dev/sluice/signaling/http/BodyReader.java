package dev.sluice.signaling.http;

import dev.sluice.signaling.access.Problem;
import io.undertow.io.Receiver;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Reads a request's body into memory, at most 64 KiB of it. Safe for many threads. */
public final class BodyReader {
    public static final int MAX_BODY_BYTES = 64 * 1024;

    /** So long may a client that sent too much go on reading our 413 before its connection goes. */
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
        Receiver receiver = exchange.getRequestReceiver();
        receiver.setMaxBufferSize(MAX_BODY_BYTES);
        receiver.receiveFullBytes(
                (ex, bytes) -> threads.dispatch(ex, () -> consumer.accept(new String(bytes, StandardCharsets.UTF_8))),
                (ex, error) -> refuse(ex, error));
    }

    private static void refuse(HttpServerExchange exchange, java.io.IOException error) {
        if (error instanceof Receiver.RequestToLargeException) {
            exchange.setPersistent(false);
            exchange.getIoThread()
                    .executeAfter(
                            () -> org.xnio.IoUtils.safeClose(exchange.getConnection()),
                            LINGER_MS,
                            TimeUnit.MILLISECONDS);
            Replies.problem(exchange, Problem.tooLarge(MAX_BODY_BYTES));
        } else {
            exchange.endExchange();
        }
    }
}
