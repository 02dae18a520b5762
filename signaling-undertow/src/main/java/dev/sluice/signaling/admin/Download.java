package dev.sluice.signaling.admin;

import dev.sluice.signaling.http.Replies;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file as an answer. Immutable.
 *
 * @param name for who keeps it, of letters that need no quotes
 */
record Download(Path file, String name) {
    static final String TYPE = "application/octet-stream";

    /** On a virtual thread, for as long as its reader takes. A file that is deleted meanwhile is sent to its end. */
    void send(HttpServerExchange exchange) throws Refused {
        // Once open it stays readable, so nothing can be missing after the head has been sent.
        try (FileChannel channel = open();
                InputStream in = Channels.newInputStream(channel)) {
            exchange.getResponseHeaders()
                    .put(Headers.CONTENT_TYPE, TYPE)
                    .put(Headers.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                    .put(Headers.CACHE_CONTROL, "no-store")
                    .put(Replies.NO_SNIFF, "nosniff");
            exchange.setResponseContentLength(channel.size());
            exchange.startBlocking();
            try (OutputStream out = exchange.getOutputStream()) {
                in.transferTo(out);
            }
        } catch (IOException e) {
            // The reader has gone, or the disk has: what was sent is shorter than was said.
            exchange.endExchange();
        }
    }

    private FileChannel open() throws Refused {
        try {
            return FileChannel.open(file);
        } catch (IOException e) {
            throw Refused.notFound("The recording's file is gone.");
        }
    }
}
