package dev.sluice.signaling.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom the server tells of what happens. Immutable.
 *
 * @param otlp the base address of an OpenTelemetry collector, null: no traces
 */
public record EventsConfig(List<WebhookConfig> webhooks, URI otlp) {
    public static final EventsConfig NONE = new EventsConfig(List.of(), null);

    /** A thread and a queue each. */
    private static final int MAX_WEBHOOKS = 32;

    /** Of {@code webhooks} and {@code telemetry}. */
    static EventsConfig read(Section root, ListenConfig listen) throws ConfigException {
        URI otlp = root.has("telemetry")
                ? root.section("telemetry", List.of("otlp")).parsed("otlp", null, EventsConfig::parseOtlp)
                : null;
        return new EventsConfig(webhooks(root, listen), otlp);
    }

    /** Without the path that the protocol adds. */
    private static URI parseOtlp(String text) {
        URI url = WebhookConfig.parseUrl(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (url.getRawPath().endsWith("/v1/traces")) {
            throw new IllegalArgumentException("expected the collector's base address, without /v1/traces");
        }
        return url;
    }

    private static List<WebhookConfig> webhooks(Section root, ListenConfig listen) throws ConfigException {
        List<WebhookConfig> webhooks = new ArrayList<>();
        if (!root.has("webhooks")) {
            return List.of();
        }
        if (!(root.value("webhooks") instanceof ConfigList list) || list.size() > MAX_WEBHOOKS) {
            throw Section.error(
                    root.value("webhooks"),
                    "webhooks: expected a list of at most " + MAX_WEBHOOKS + " { url = …, secret = … }");
        }
        for (ConfigValue item : list) {
            if (!(item instanceof ConfigObject object)) {
                throw Section.error(item, "webhooks: expected { url = …, secret = … }, found " + Section.found(item));
            }
            webhooks.add(WebhookConfig.read(new Section(object, "webhooks", WebhookConfig.keys()), item, listen));
        }
        return List.copyOf(webhooks);
    }
}
