package dev.sluice.signaling.http;

import dev.sluice.signaling.access.ConnectionCaps;
import dev.sluice.signaling.config.ListenAddress;
import io.undertow.UndertowOptions;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** The XNIO worker and the two listeners. Safe for many threads. */
public final class HttpListeners implements AutoCloseable {
    /** A request's head must be complete by then. */
    private static final int HEAD_TIMEOUT_MS = 10_000;
    /** So long may a connection stay open between requests. */
    private static final int IDLE_TIMEOUT_MS = 60_000;

    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_PARAMETERS = 50;

    /** Undertow's net under our own {@link BodyReader#MAX_BODY_BYTES}: beyond it a connection is cut while it drains. */
    private static final long MAX_ENTITY_BYTES = 1024 * 1024;

    /** As large as a TLS record (RFC 8446 section 5.1) with its overhead. */
    private static final int BUFFER_BYTES = 17 * 1024;
    /** Buffers kept for use again, 4 MiB; what a storm takes beyond them goes back to the collector. */
    private static final int POOLED_BUFFERS = 256;

    private final XnioWorker worker;
    private final HttpOpenListener http;
    private final DualPort plain;
    private final DualPort tls;

    private HttpListeners(XnioWorker worker, HttpOpenListener http, DualPort plain, DualPort tls) {
        this.worker = worker;
        this.http = http;
        this.plain = plain;
        this.tls = tls;
    }

    /**
     * Binds both addresses. Connections wait until {@link #open}.
     *
     * @throws BindFailedException in one line for the operator
     */
    public static HttpListeners bind(
            ListenAddress plain, ListenAddress tls, SSLContext context, ConnectionCaps caps, HttpHandler root)
            throws BindFailedException {
        XnioWorker worker = worker();
        // On the heap: Undertow frees direct buffers by a method the JDK warns about at each start, and nothing here is
        // hot. No cache per thread: each request has a virtual thread of its own, whose cache would outlive it until a
        // finaliser has run (17 KiB for each player that joined).
        DefaultByteBufferPool pool = new DefaultByteBufferPool(false, BUFFER_BYTES, POOLED_BUFFERS, 0);
        HttpOpenListener http = new HttpOpenListener(pool, options());
        http.setRootHandler(root);
        UndertowXnioSsl ssl =
                new UndertowXnioSsl(worker.getXnio(), OptionMap.EMPTY, pool, context, Thread::startVirtualThread);
        DualPort first = null;
        try {
            first = bind(worker, plain, http, ssl, pool, caps, "--listen");
            DualPort second = bind(worker, tls, http, ssl, pool, caps, "--tls-listen");
            return new HttpListeners(worker, http, first, second);
        } catch (BindFailedException e) {
            if (first != null) {
                first.close();
            }
            worker.shutdownNow();
            throw e;
        }
    }

    private static XnioWorker worker() {
        try {
            return Xnio.getInstance()
                    .createWorker(OptionMap.builder()
                            .set(Options.WORKER_NAME, "http")
                            .set(
                                    Options.WORKER_IO_THREADS,
                                    Math.max(2, Runtime.getRuntime().availableProcessors() / 2))
                            .set(Options.WORKER_TASK_CORE_THREADS, 1)
                            .set(Options.WORKER_TASK_MAX_THREADS, 8)
                            .getMap());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static OptionMap options() {
        return OptionMap.builder()
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEAD_TIMEOUT_MS)
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_TIMEOUT_MS)
                .set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEAD_BYTES)
                .set(UndertowOptions.MAX_HEADERS, MAX_HEADERS)
                .set(UndertowOptions.MAX_PARAMETERS, MAX_PARAMETERS)
                .set(UndertowOptions.MAX_ENTITY_SIZE, MAX_ENTITY_BYTES)
                .set(UndertowOptions.DECODE_URL, false)
                .set(UndertowOptions.ENABLE_HTTP2, false)
                .getMap();
    }

    private static DualPort bind(
            XnioWorker worker,
            ListenAddress address,
            HttpOpenListener http,
            UndertowXnioSsl ssl,
            DefaultByteBufferPool pool,
            ConnectionCaps caps,
            String option)
            throws BindFailedException {
        try {
            return new DualPort(worker, address.socketAddress(), http, ssl, pool, caps);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (e instanceof BindException && reason.contains("assign")) {
                reason = "this machine does not have that address";
            } else if (e instanceof BindException) {
                reason = "the port is in use (" + reason + ")";
            }
            throw new BindFailedException("cannot listen on " + address + " (" + option + "): " + reason);
        }
    }

    public InetSocketAddress plainAddress() {
        return plain.address();
    }

    public InetSocketAddress tlsAddress() {
        return tls.address();
    }

    public void open() {
        plain.open();
        tls.open();
    }

    /** No new connections from now on. */
    public void stopAccepting() {
        plain.close();
        tls.close();
    }

    @Override
    public void close() {
        stopAccepting();
        http.closeConnections();
        worker.shutdownNow();
    }
}
