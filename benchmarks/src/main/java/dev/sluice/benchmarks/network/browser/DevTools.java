package dev.sluice.benchmarks.network.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls of the Chrome DevTools protocol over one WebSocket. Safe for many threads. */
final class DevTools implements AutoCloseable {
    private static final int PATIENCE_S = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();
    private WebSocket socket;

    private DevTools(HttpClient http) {
        this.http = http;
    }

    static DevTools connect(URI uri) throws IOException {
        DevTools devTools = new DevTools(HttpClient.newHttpClient());
        try {
            devTools.socket = devTools.http
                    .newWebSocketBuilder()
                    .buildAsync(uri, devTools.new Answers())
                    .join();
            return devTools;
        } catch (CompletionException e) {
            devTools.http.close();
            throw new IOException("chromium cannot be driven", e);
        }
    }

    /**
     * Calls a method and waits for its result.
     *
     * @param session of a page; empty for the browser itself
     */
    JsonNode call(String session, String method, Map<String, Object> parameters) throws IOException {
        int id = lastId.incrementAndGet();
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        calls.put(id, answer);
        try {
            synchronized (this) {
                socket.sendText(message.toString(), true).get(PATIENCE_S, TimeUnit.SECONDS);
            }
            JsonNode node = answer.get(PATIENCE_S, TimeUnit.SECONDS);
            if (node.has("error")) {
                throw new IOException(
                        method + ": " + node.path("error").path("message").asText());
            }
            return node.path("result");
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("chromium does not answer to " + method, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(method + " was interrupted", e);
        } finally {
            calls.remove(id);
        }
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
        http.close();
    }

    /** What arrives. Confined to the WebSocket's threads, one at a time. */
    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                try {
                    JsonNode node = JSON.readTree(text.toString());
                    CompletableFuture<JsonNode> call = calls.get(node.path("id").asInt());
                    if (call != null) {
                        call.complete(node);
                    }
                } catch (IOException e) {
                    onError(from, e);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            calls.values().forEach(each -> each.completeExceptionally(error));
        }
    }
}
