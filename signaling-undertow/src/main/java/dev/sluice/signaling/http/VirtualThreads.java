package dev.sluice.signaling.http;

import dev.sluice.signaling.access.Problem;
import io.undertow.server.HttpServerExchange;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what may block on virtual threads, off Undertow's I/O threads. All such work is short, so nothing needs to be stopped.
 * Safe for many threads.
 */
public final class VirtualThreads {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualThreads.class);

    /** Work for one exchange. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    private final ThreadFactory factory =
            Thread.ofVirtual().name("signalling-", 0).factory();

    /** Runs work that answers the exchange; a programming error becomes a 500. */
    public void dispatch(HttpServerExchange exchange, Work work) {
        exchange.dispatch(this::execute, (Runnable) () -> {
            try {
                work.run();
            } catch (Exception e) {
                LOG.error("path={} event=failed", exchange.getRequestPath(), e);
                Replies.problem(exchange, Problem.internal());
            }
        });
    }

    public void execute(Runnable work) {
        factory.newThread(work).start();
    }
}
