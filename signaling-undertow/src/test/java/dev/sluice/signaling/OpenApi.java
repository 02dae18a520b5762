package dev.sluice.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The API's document, against which answers are held. Safe for many threads. */
final class OpenApi {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final OpenApi SHARED = load();

    final JsonNode root;
    private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

    private OpenApi(JsonNode root) {
        this.root = root;
    }

    static OpenApi read() {
        return SHARED;
    }

    private static OpenApi load() {
        try (InputStream in = OpenApi.class.getResourceAsStream("admin/openapi.json")) {
            return new OpenApi(MAPPER.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The template that a path without the prefix belongs to, null when there is none. */
    String template(String method, String path) {
        String bare = path.replaceAll("\\?.*", "");
        List<String> fitting = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : root.get("paths").properties()) {
            // Names have slashes.
            String pattern =
                    Pattern.quote(entry.getKey()).replace("{name}", "\\E.+\\Q").replace("{id}", "\\E[^/]+\\Q");
            if (bare.matches(pattern)) {
                fitting.add(entry.getKey());
            }
        }
        return fitting.stream()
                .filter(template -> root.get("paths").get(template).has(method.toLowerCase(Locale.ROOT)))
                .max(Comparator.comparingInt((String template) -> template.contains("{") ? 0 : 1)
                        .thenComparingInt(String::length))
                .orElse(fitting.isEmpty() ? null : fitting.getFirst());
    }

    Set<String> templates() {
        Set<String> templates = new TreeSet<>();
        root.get("paths").properties().forEach(entry -> templates.add(entry.getKey()));
        return templates;
    }

    boolean has(String template, String method) {
        return root.get("paths").get(template).has(method.toLowerCase(Locale.ROOT));
    }

    /** The answer's status must be one of the operation's, its body of that status' schema. */
    void check(String method, String path, HttpResponse<String> response) throws Exception {
        String template = template(method, path);
        int status = response.statusCode();
        if (template == null) {
            require(status == 404 || status == 401 || status == 403, method + " " + path + " gave " + status);
            return;
        }
        JsonNode operation = root.get("paths").get(template).get(method.toLowerCase(Locale.ROOT));
        if (operation == null) {
            require(status >= 400 && status < 500, method + " " + path + " gave " + status);
            return;
        }
        JsonNode answer = resolve(operation.get("responses").get(Integer.toString(status)));
        require(answer != null, method + " " + template + " does not say what " + status + " is: " + response.body());
        JsonNode content = answer.get("content");
        if (content == null) {
            require(response.body().isEmpty(), "a body without a schema: " + response.body());
            return;
        }
        String type = response.headers().firstValue("Content-Type").orElse("");
        require(content.has(type), type + " is none of " + content);
        if (!type.equals("application/json")) {
            return;
        }
        Set<ValidationMessage> wrong =
                schema(content.get(type).get("schema")).validate(MAPPER.readTree(response.body()));
        require(wrong.isEmpty(), method + " " + path + " " + status + ": " + wrong + " in " + response.body());
    }

    JsonNode resolve(JsonNode node) {
        return node != null && node.has("$ref")
                ? root.at(node.get("$ref").asText().substring(1))
                : node;
    }

    /** References go into the document: it is laid beside the schema. */
    private JsonSchema schema(JsonNode schema) {
        return schemas.computeIfAbsent(schema.toString(), text -> {
            ObjectNode whole = schema.deepCopy();
            whole.set("components", root.get("components"));
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(whole);
        });
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }
}
