package dev.sluice.benchmarks.network.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A window of a browser with one client in it, which publishes or plays. Confined to one thread. */
public final class Page implements AutoCloseable {
    private static final int POLL_MILLIS = 20;
    private static final long PATIENCE_NS = 30_000_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DevTools devTools;
    private final String target;
    private final String session;

    private Page(DevTools devTools, String target, String session) {
        this.devTools = devTools;
        this.target = target;
        this.session = session;
    }

    static Page open(DevTools devTools, String target, String session) throws IOException {
        Page page = new Page(devTools, target, session);
        page.await("document.readyState === 'complete' && isSecureContext");
        try (InputStream script = Page.class.getResourceAsStream("client.js")) {
            page.run(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        return page;
    }

    /** Begins to draw; returns the offer. */
    public String publish(int layers, String codec) throws IOException {
        return run("sluice.publish(" + layers + ", " + JSON.writeValueAsString(codec) + ")")
                .asText();
    }

    /** Returns the offer. */
    public String play() throws IOException {
        return run("sluice.play()").asText();
    }

    public void answer(String sdp) throws IOException {
        run("sluice.answer(" + JSON.writeValueAsString(sdp) + ")");
    }

    /** Waits until the connection stands. */
    public void awaitConnected() throws IOException {
        await("sluice.isConnected()");
    }

    /** Waits until so many frames were shown. */
    public void awaitFrames(int count) throws IOException {
        await("sluice.shownFrames() >= " + count);
    }

    public int shownFrames() throws IOException {
        return run("sluice.shownFrames()").asInt();
    }

    /** All that was noted so far: frames and statistics, as client.js says. */
    public JsonNode notes() throws IOException {
        return run("sluice.notes()");
    }

    private void await(String condition) throws IOException {
        long startNs = System.nanoTime();
        while (!run(condition).asBoolean()) {
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                throw new IOException("the browser waited in vain for " + condition);
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    /** Runs an expression and waits for its promise, if it is one. */
    private JsonNode run(String expression) throws IOException {
        JsonNode result = devTools.call(
                session,
                "Runtime.evaluate",
                Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (result.has("exceptionDetails")) {
            JsonNode thrown = result.path("exceptionDetails");
            throw new IOException("in the browser: "
                    + thrown.path("exception").path("description").asText(thrown.toString()));
        }
        return result.path("result").path("value");
    }

    @Override
    public void close() throws IOException {
        devTools.call("", "Target.closeTarget", Map.of("targetId", target));
    }
}
