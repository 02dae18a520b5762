package dev.sluice.signaling.websocket;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.websockets.core.StreamSourceFrameChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads one message with all its continuation frames. What goes beyond the limit is read and thrown away: a connection closed
 * over unread bytes would be reset, and the client would never see why. Confined to one I/O thread.
 */
final class MessageReader {
    private final int limitBytes;
    private final Consumer<String> onText;
    private final Runnable onTooLong;
    private final Consumer<IOException> onBroken;
    private ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean done;

    private MessageReader(int limitBytes, Consumer<String> onText, Runnable onTooLong, Consumer<IOException> onBroken) {
        this.limitBytes = limitBytes;
        this.onText = onText;
        this.onTooLong = onTooLong;
        this.onBroken = onBroken;
    }

    static void read(
            StreamSourceFrameChannel frame,
            int limitBytes,
            Consumer<String> onText,
            Runnable onTooLong,
            Consumer<IOException> onBroken) {
        MessageReader reader = new MessageReader(limitBytes, onText, onTooLong, onBroken);
        reader.drain(frame);
        if (!reader.done) {
            frame.getReadSetter().set(reader::drain);
            frame.resumeReads();
        }
    }

    private void drain(StreamSourceFrameChannel frame) {
        if (done) {
            return;
        }
        try (PooledByteBuffer pooled =
                frame.getWebSocketChannel().getBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            for (int read = frame.read(buffer); read != 0; read = frame.read(buffer.clear())) {
                if (read < 0) {
                    done = true;
                    if (bytes != null) {
                        onText.accept(bytes.toString(StandardCharsets.UTF_8));
                    }
                    return;
                }
                keep(buffer.flip());
            }
        } catch (IOException e) {
            done = true;
            onBroken.accept(e);
        }
    }

    private void keep(ByteBuffer buffer) {
        if (bytes == null) {
            return;
        }
        if (bytes.size() + buffer.remaining() > limitBytes) {
            bytes = null;
            onTooLong.run();
            return;
        }
        while (buffer.hasRemaining()) {
            bytes.write(buffer.get());
        }
    }
}
