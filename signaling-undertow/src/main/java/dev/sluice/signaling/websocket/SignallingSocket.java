package dev.sluice.signaling.websocket;

import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.json.JsonException;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.StreamSourceFrameChannel;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * One WebSocket: reads messages, hands them in order to its handler, pings, closes in a way that lets the client read why. Safe
 * for many threads; its receive methods run on the connection's I/O thread.
 */
final class SignallingSocket extends AbstractReceiveListener {
    private static final Logger LOG = LoggerFactory.getLogger(SignallingSocket.class);

    static final int MAX_MESSAGE_BYTES = 64 * 1024;

    /** Messages that wait for their turn; beyond it TCP holds the client back. */
    private static final int MAX_WAITING = 4;

    private static final int UNANSWERED_PINGS = 2;

    private final WebSocketChannel channel;
    private final PatientSink sink;
    private final SerialTasks tasks;
    private final SocketTimings timings;
    private final MessageRate rate = new MessageRate();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger unansweredPings = new AtomicInteger();
    private SocketHandler handler;
    private XnioExecutor.Key pings;
    private volatile SessionEnd end = SessionEnd.CLIENT_CLOSED;

    SignallingSocket(WebSocketChannel channel, PatientSink sink, Executor executor, SocketTimings timings) {
        this.channel = channel;
        this.sink = sink;
        this.tasks = new SerialTasks(executor);
        this.timings = timings;
    }

    /** Called once, on the I/O thread. */
    void start(SocketHandler handler, Runnable onGone) {
        this.handler = handler;
        tasks.execute(() -> guarded(handler::onOpen));
        schedulePing();
        channel.addCloseTask(gone -> {
            pings.remove();
            onEnd();
            onGone.run();
        });
        channel.getReceiveSetter().set(this);
        channel.resumeReceives();
    }

    /** Runs a task in order with the messages. */
    void execute(Runnable task) {
        tasks.execute(task);
    }

    /** Runs a task later, in order with the messages; the key takes it back. */
    XnioExecutor.Key executeAfter(Duration delay, Runnable task) {
        return onIoThreadAfter(delay, () -> tasks.execute(task));
    }

    private XnioExecutor.Key onIoThreadAfter(Duration delay, Runnable task) {
        try {
            return channel.getIoThread().executeAfter(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The server has stopped meanwhile.
            IoUtils.safeClose(channel);
            return () -> false;
        }
    }

    void send(Map<String, Object> message) {
        if (!closing.get()) {
            WebSockets.sendText(Json.write(message), channel, null);
        }
    }

    /** Tells the client why and closes: an error message, the close frame, and TCP only when the client had time to read. */
    void close(Problem problem) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        if (problem.closeCode() == Problem.GOING_AWAY) {
            end = SessionEnd.SERVER_STOPPING;
        }
        LOG.debug(
                "source={} event=closing code={} reason={}",
                channel.getSourceAddress(),
                problem.closeCode(),
                problem.code());
        if (problem.isError()) {
            WebSockets.sendText(Json.write(problem.socketMessage()), channel, null);
        }
        WebSockets.sendClose(problem.closeCode(), reason(problem.title()), channel, null);
        linger();
        onEnd();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** A close frame has room for 123 bytes of reason (RFC 6455 section 5.5); our titles may carry codec names. */
    private static String reason(String title) {
        StringBuilder ascii = new StringBuilder();
        for (int i = 0; i < title.length() && ascii.length() < 123; i++) {
            char c = title.charAt(i);
            ascii.append(c >= ' ' && c < 127 ? c : '?');
        }
        return ascii.toString();
    }

    /** The channel reads on, into nothing, so that no reset overtakes our close frame. */
    private void linger() {
        channel.resumeReceives();
        onIoThreadAfter(timings.linger(), () -> IoUtils.safeClose(channel));
    }

    private void onEnd() {
        if (closed.compareAndSet(false, true)) {
            tasks.execute(() -> handler.onClosed(end));
        }
    }

    private void schedulePing() {
        pings = onIoThreadAfter(timings.ping(), this::ping);
    }

    private void ping() {
        if (closing.get()) {
            return;
        }
        if (unansweredPings.getAndIncrement() >= UNANSWERED_PINGS) {
            IoUtils.safeClose(channel);
        } else {
            WebSockets.sendPing(ByteBuffer.allocate(0), channel, null);
            schedulePing();
        }
    }

    @Override
    protected void onText(WebSocketChannel ws, StreamSourceFrameChannel frame) throws IOException {
        MessageReader.read(frame, MAX_MESSAGE_BYTES, this::onText, this::onTooLong, this::onBroken);
    }

    @Override
    protected void onBinary(WebSocketChannel ws, StreamSourceFrameChannel frame) throws IOException {
        close(Problem.badMessage("Messages are text, not binary."));
        MessageReader.read(frame, 0, text -> {}, () -> {}, this::onBroken);
    }

    /** Undertow's own net, under {@link MessageReader}'s limit. */
    @Override
    protected long getMaxTextBufferSize() {
        return MAX_MESSAGE_BYTES;
    }

    @Override
    protected long getMaxBinaryBufferSize() {
        return MAX_MESSAGE_BYTES;
    }

    @Override
    protected void onFullPongMessage(WebSocketChannel ws, BufferedBinaryMessage message) throws IOException {
        unansweredPings.set(0);
        super.onFullPongMessage(ws, message);
    }

    @Override
    protected void onCloseMessage(CloseMessage message, WebSocketChannel ws) {
        if (closing.compareAndSet(false, true)) {
            linger();
        }
        try {
            sink.release();
        } catch (IOException e) {
            IoUtils.safeClose(ws);
        }
        onEnd();
    }

    private void onTooLong() {
        close(Problem.badMessage("A message has at most " + MAX_MESSAGE_BYTES + " bytes."));
    }

    private void onBroken(IOException error) {
        IoUtils.safeClose(channel);
    }

    private void onText(String text) {
        if (closing.get()) {
            return;
        }
        if (!rate.allows(System.nanoTime())) {
            close(Problem.tooMany("Too many messages."));
            return;
        }
        tasks.execute(() -> handle(text));
        if (tasks.waiting() >= MAX_WAITING) {
            channel.suspendReceives();
            tasks.execute(channel::resumeReceives);
        }
    }

    private void handle(String text) {
        if (closing.get()) {
            return;
        }
        try {
            Map<String, Object> message = Json.parseObject(text);
            if (message.get("type") instanceof String type) {
                guarded(() -> handler.onMessage(type, message));
            }
        } catch (JsonException e) {
            close(Problem.badMessage("A message must be one JSON object."));
        }
    }

    /** Work of the handler that may be refused. */
    interface Work {
        void run() throws SessionRefusedException, AccessRefusedException;
    }

    void guarded(Work work) {
        try {
            work.run();
        } catch (SessionRefusedException e) {
            close(Problem.of(e));
        } catch (AccessRefusedException e) {
            close(e.problem());
        } catch (RuntimeException e) {
            close(Problem.internal());
            throw e;
        }
    }
}
