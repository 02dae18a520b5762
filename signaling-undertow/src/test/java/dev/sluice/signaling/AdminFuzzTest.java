package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.signaling.json.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests made at random out of the OpenAPI document, right and wrong ones: none gives a 5xx, each answer is as described. */
@Order(1)
class AdminFuzzTest {
    private static final int REQUESTS = 3_000;
    private static final List<String> NAMES = List.of("a", "b/c", "fixed", "team/x", "stop", "a/stop");
    private static final List<Object> ODD = List.of(
            "",
            "x".repeat(600),
            "\u0000",
            "\ud83d",
            "../..",
            "%00",
            "<script>",
            "null",
            -1,
            0,
            1.5,
            1e300,
            9_007_199_254_740_993L,
            true,
            List.of(),
            Map.of(),
            List.of(Map.of()),
            List.of(List.of(1)));

    @TempDir
    Path folder;

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final OpenApi document = OpenApi.read();

    @Test
    void shouldAnswerAnythingAsItsDocumentSaysAndNeverFail() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            server.engine.goLive("fixed", 3);
            server.http.offer("/fixed/whip?password=sesame", "v=0");
            for (int i = 0; i < REQUESTS; i++) {
                request(server);
            }
            assertTrue(server.get("/config/stats").status() == 200);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("-Dsluice.seed=" + seed, e);
        }
    }

    private void request(AdminServer server) throws Exception {
        List<String> templates = new ArrayList<>();
        document.root.get("paths").properties().forEach(entry -> templates.add(entry.getKey()));
        String template = templates.get(random.nextInt(templates.size()));
        JsonNode path = document.root.get("paths").get(template);
        List<String> methods = new ArrayList<>(List.of("GET"));
        path.properties().forEach(entry -> methods.add(entry.getKey().toUpperCase(Locale.ROOT)));
        methods.remove("PARAMETERS");
        String method = random.nextInt(20) == 0
                ? List.of("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY")
                        .get(random.nextInt(7))
                : methods.get(random.nextInt(methods.size()));
        JsonNode operation = path.get(method.toLowerCase(Locale.ROOT));
        String target = template.replace("{name}", name()).replace("{id}", escaped(oneOf(List.of("session-1", "none"))))
                + query(operation);
        String body =
                operation != null && operation.has("requestBody") ? body(operation) : oneOf(List.of("", "", "{}", "x"));
        try {
            HttpResponse<String> response = server.http.send(server.http
                    .request(AdminServer.API + target)
                    .header("Content-Type", random.nextInt(30) == 0 ? "text/plain" : "application/json")
                    .method(method, java.net.http.HttpRequest.BodyPublishers.ofString(body)));
            assertTrue(
                    response.statusCode() < 500, method + " " + target + " " + body + " gave " + response.statusCode());
            if (!method.equals("HEAD")) {
                document.check(method, target, response);
            }
        } catch (IOException e) {
            throw new AssertionError(method + " " + target + " " + body, e);
        }
    }

    private String name() {
        return random.nextInt(10) == 0
                ? escaped(String.valueOf(ODD.get(random.nextInt(ODD.size()))) + "y")
                : escaped(oneOf(NAMES));
    }

    private <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String query(JsonNode operation) {
        if (operation == null || !operation.has("parameters")) {
            return "";
        }
        StringBuilder query = new StringBuilder("?");
        for (JsonNode reference : operation.get("parameters")) {
            JsonNode parameter = document.resolve(reference);
            if (random.nextInt(3) == 0) {
                String value = parameter.has("example") && random.nextBoolean()
                        ? parameter.get("example").asText()
                        : String.valueOf(value(parameter.get("schema"), 0));
                query.append(parameter.get("name").asText())
                        .append('=')
                        .append(escaped(value))
                        .append('&');
            }
        }
        return query.toString();
    }

    private String body(JsonNode operation) {
        if (random.nextInt(20) == 0) {
            return oneOf(List.of("", "{", "[]", "null", "{} {}", "[".repeat(500), "{\"a\":".repeat(40), "\u0000"));
        }
        JsonNode schema = operation
                .get("requestBody")
                .get("content")
                .get("application/json")
                .get("schema");
        return Json.write(value(schema, 0));
    }

    /** A value that fits the schema, more or less. */
    private Object value(JsonNode reference, int depth) {
        JsonNode schema = document.resolve(reference);
        if (random.nextInt(depth == 0 ? 30 : 12) == 0) {
            return oneOf(ODD);
        }
        if (schema.has("const")) {
            return schema.get("const").asText();
        }
        if (schema.has("enum")) {
            JsonNode one =
                    schema.get("enum").get(random.nextInt(schema.get("enum").size()));
            return one.isNull() ? null : one.asText();
        }
        JsonNode types = schema.get("type");
        String type = types.isArray() ? types.get(random.nextInt(types.size())).asText() : types.asText();
        return switch (type) {
            case "object" -> object(schema, depth);
            case "array" -> {
                List<Object> items = new ArrayList<>();
                int count = schema.has("minItems") ? schema.get("minItems").asInt() : random.nextInt(3);
                for (int i = 0; i < count; i++) {
                    items.add(value(schema.get("items"), depth + 1));
                }
                yield items;
            }
            case "boolean" -> random.nextBoolean();
            case "integer" -> random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(5_000);
            case "number" -> random.nextInt(4) == 0 ? random.nextGaussian() * 1e6 : random.nextInt(100) / 4.0;
            case "null" -> null;
            default -> oneOf(List.of("h264,vp8", "opus", "text", "https://a.example", "any", "", "\u2603\n\"\\${x}"));
        };
    }

    private Map<String, Object> object(JsonNode schema, int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (schema.has("properties")) {
            schema.get("properties").properties().forEach(property -> {
                if (!property.getKey().equals("name") && random.nextInt(3) == 0) {
                    object.put(property.getKey(), value(property.getValue(), depth + 1));
                }
            });
        }
        if (random.nextInt(15) == 0) {
            object.put("unknown\u0000<b>", 1);
        }
        return object;
    }
}
