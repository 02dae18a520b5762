package dev.sluice.signaling.http;

import dev.sluice.signaling.access.ConnectionCaps;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Pooled;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.PushBackStreamSourceConduit;

/**
 * One TCP port that speaks HTTP and HTTPS: the first byte of a connection tells, 22 is a TLS handshake record (RFC 8446 section
 * 5.1) and no method of HTTP begins with it. Safe for many threads.
 */
final class DualPort implements AutoCloseable {
    private static final int TLS_HANDSHAKE = 22;
    private static final long FIRST_BYTE_TIMEOUT_MS = 10_000;
    private static final int BACKLOG = 1_024;

    private final AcceptingChannel<StreamConnection> server;
    private final HttpOpenListener http;
    private final UndertowXnioSsl tls;
    private final ByteBufferPool pool;
    private final ConnectionCaps caps;

    /** Binds; connections wait until {@link #open}. */
    DualPort(
            XnioWorker worker,
            InetSocketAddress address,
            HttpOpenListener http,
            UndertowXnioSsl tls,
            ByteBufferPool pool,
            ConnectionCaps caps)
            throws IOException {
        this.http = http;
        this.tls = tls;
        this.pool = pool;
        this.caps = caps;
        OptionMap options = OptionMap.builder()
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BACKLOG, BACKLOG)
                .getMap();
        this.server = worker.createStreamConnectionServer(address, this::accept, options);
    }

    InetSocketAddress address() {
        return server.getLocalAddress(InetSocketAddress.class);
    }

    void open() {
        server.resumeAccepts();
    }

    private void accept(AcceptingChannel<StreamConnection> channel) {
        try {
            for (StreamConnection connection = channel.accept(); connection != null; connection = channel.accept()) {
                admit(connection);
            }
        } catch (IOException e) {
            // A connection that broke before it was accepted: the next event brings the others.
        }
    }

    private void admit(StreamConnection connection) {
        InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
        Runnable leave = peer == null ? null : caps.enter(peer.getAddress());
        if (leave == null) {
            IoUtils.safeClose(connection);
            return;
        }
        connection.setCloseListener(closed -> leave.run());
        ConduitStreamSourceChannel incoming = connection.getSourceChannel();
        XnioExecutor.Key timeout = connection
                .getIoThread()
                .executeAfter(() -> IoUtils.safeClose(connection), FIRST_BYTE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        ChannelListener<ConduitStreamSourceChannel> listener = ready -> onFirstByte(connection, timeout, leave);
        incoming.setReadListener(listener);
        incoming.wakeupReads();
    }

    private void onFirstByte(StreamConnection connection, XnioExecutor.Key timeout, Runnable leave) {
        ConduitStreamSourceChannel incoming = connection.getSourceChannel();
        PooledByteBuffer buffer = pool.allocate();
        try {
            ByteBuffer bytes = buffer.getBuffer();
            bytes.limit(1);
            int read = incoming.read(bytes);
            if (read == 0) {
                buffer.close();
                return;
            }
            timeout.remove();
            incoming.suspendReads();
            if (read < 0) {
                buffer.close();
                IoUtils.safeClose(connection);
                return;
            }
            bytes.flip();
            if (bytes.get(0) == TLS_HANDSHAKE) {
                PushBackStreamSourceConduit pushBack = new PushBackStreamSourceConduit(incoming.getConduit());
                pushBack.pushBack(new Handed(buffer));
                incoming.setConduit(pushBack);
                http.handleEvent(tls.wrapExistingConnection(connection, OptionMap.EMPTY, false));
            } else {
                http.handleEvent(connection, buffer);
                leaveWhenClosed(connection, leave);
            }
        } catch (IOException e) {
            timeout.remove();
            buffer.close();
            IoUtils.safeClose(connection);
        }
    }

    /** Undertow has put its own close listener in the place of ours. */
    private static void leaveWhenClosed(StreamConnection connection, Runnable leave) {
        ChannelListener<? super StreamConnection> theirs = connection.getCloseListener();
        connection.setCloseListener(closed -> {
            leave.run();
            ChannelListeners.invokeChannelListener(closed, theirs);
        });
        if (!connection.isOpen()) {
            leave.run();
        }
    }

    @Override
    public void close() {
        IoUtils.safeClose(server);
    }

    /** Undertow's pooled buffer in the form that XNIO's conduits take. Confined to one I/O thread. */
    @SuppressWarnings("deprecation") // The conduit takes no other form.
    private record Handed(PooledByteBuffer buffer) implements Pooled<ByteBuffer> {
        @Override
        public void discard() {
            buffer.close();
        }

        @Override
        public void free() {
            buffer.close();
        }

        @Override
        public ByteBuffer getResource() {
            return buffer.getBuffer();
        }

        @Override
        public void close() {
            buffer.close();
        }
    }
}
