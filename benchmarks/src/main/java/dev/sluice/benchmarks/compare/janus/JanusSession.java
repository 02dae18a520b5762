package dev.sluice.benchmarks.compare.janus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * One client's session with Janus' HTTP API, with one handle on the VideoRoom plugin: a room for each stream. Confined to one
 * thread.
 */
final class JanusSession {
    /** The one publisher of each room. */
    private static final String FEED = "live";

    private static final int ROOM_EXISTS = 427;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MAX_EVENTS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final URI session;
    private final URI handle;

    private JanusSession(HttpClient http, URI session, URI handle) {
        this.http = http;
        this.session = session;
        this.handle = handle;
    }

    /** @param api such as http://127.0.0.1:8088/janus */
    static JanusSession open(HttpClient http, URI api) throws IOException, InterruptedException, JanusException {
        JsonNode created = post(http, api, JSON.createObjectNode().put("janus", "create"));
        URI session = URI.create(api + "/" + created.path("data").path("id").asText());
        JsonNode attached = post(
                http, session, JSON.createObjectNode().put("janus", "attach").put("plugin", "janus.plugin.videoroom"));
        URI handle = URI.create(session + "/" + attached.path("data").path("id").asText());
        return new JanusSession(http, session, handle);
    }

    /** Publishes into a room of its own, made if need be; returns Janus' answer. */
    String publish(String stream, String offer) throws IOException, InterruptedException, JanusException {
        try {
            send(JSON.createObjectNode()
                    .put("request", "create")
                    .put("room", stream)
                    .put("publishers", 1)
                    .put("videocodec", "vp8")
                    .put("audiocodec", "opus"));
        } catch (JanusException e) {
            if (e.code() != ROOM_EXISTS) {
                throw e;
            }
        }
        ObjectNode body = JSON.createObjectNode()
                .put("request", "joinandconfigure")
                .put("ptype", "publisher")
                .put("room", stream)
                .put("id", FEED);
        return describe(body, "offer", offer).path("jsep").path("sdp").asText();
    }

    /** Asks for a stream; returns Janus' offer. */
    String subscribe(String stream) throws IOException, InterruptedException, JanusException {
        ObjectNode body = JSON.createObjectNode()
                .put("request", "join")
                .put("ptype", "subscriber")
                .put("room", stream);
        body.putArray("streams").addObject().put("feed", FEED);
        return describe(body, null, null).path("jsep").path("sdp").asText();
    }

    /** Begins what was asked for. */
    void start(String answer) throws IOException, InterruptedException, JanusException {
        describe(JSON.createObjectNode().put("request", "start"), "answer", answer);
    }

    void destroy() throws IOException, InterruptedException {
        try {
            post(http, session, JSON.createObjectNode().put("janus", "destroy"));
        } catch (JanusException e) {
            // It was gone already.
        }
    }

    private JsonNode send(ObjectNode body) throws IOException, InterruptedException, JanusException {
        ObjectNode message = JSON.createObjectNode().put("janus", "message");
        message.set("body", body);
        return post(http, handle, message);
    }

    /** Sends what is answered later, by an event of the session, and waits for that. */
    private JsonNode describe(ObjectNode body, String type, String sdp)
            throws IOException, InterruptedException, JanusException {
        ObjectNode message = JSON.createObjectNode().put("janus", "message");
        message.set("body", body);
        if (sdp != null) {
            message.putObject("jsep").put("type", type).put("sdp", sdp);
        }
        String transaction = body.path("request").asText();
        post(http, handle, message.put("transaction", transaction));
        for (int i = 0; i < MAX_EVENTS; i++) {
            JsonNode event = read(http.send(request(session).GET().build(), HttpResponse.BodyHandlers.ofString()));
            if (event.path("transaction").asText().equals(transaction)) {
                return event;
            }
        }
        throw new JanusException(0, "no answer to " + transaction);
    }

    private static JsonNode post(HttpClient http, URI to, ObjectNode message)
            throws IOException, InterruptedException, JanusException {
        if (!message.has("transaction")) {
            message.put("transaction", message.path("janus").asText());
        }
        return read(http.send(
                request(to)
                        .POST(HttpRequest.BodyPublishers.ofString(message.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString()));
    }

    private static HttpRequest.Builder request(URI to) {
        return HttpRequest.newBuilder(to).timeout(PATIENCE);
    }

    /** Errors of the core have an object, those of the plugin stand in its data. */
    private static JsonNode read(HttpResponse<String> response) throws IOException, JanusException {
        JsonNode node = JSON.readTree(response.body());
        JsonNode core = node.path("error");
        if (core.isObject()) {
            throw new JanusException(
                    core.path("code").asInt(), core.path("reason").asText());
        }
        JsonNode data = node.path("plugindata").path("data");
        if (data.has("error_code")) {
            throw new JanusException(
                    data.path("error_code").asInt(), data.path("error").asText());
        }
        return node;
    }
}
