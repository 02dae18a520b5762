package dev.sluice.signaling.admin;

import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.AuthConfig;
import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.ConfigSource;
import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.config.EventType;
import dev.sluice.signaling.config.EventsConfig;
import dev.sluice.signaling.config.JwtConfig;
import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.MediaConfig;
import dev.sluice.signaling.config.OwnListeners;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.StreamRule;
import dev.sluice.signaling.config.WebhookConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The configuration in force as the API shows it: under the config file's names, without secrets. Safe for many threads. */
final class ConfigView {
    private final ConfigKeeper keeper;
    private final AdminAccess access;
    private final MediaEngine engine;
    private final Supplier<OwnListeners> listeners;

    ConfigView(ConfigKeeper keeper, AdminAccess access, MediaEngine engine, Supplier<OwnListeners> listeners) {
        this.keeper = keeper;
        this.access = access;
        this.engine = engine;
        this.listeners = listeners;
    }

    Map<String, Object> render() {
        ConfigKeeper.State state = keeper.state();
        ServerConfig config = keeper.live().get();
        ConfigSource source = keeper.source();
        AccessConfig pages = config.access();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("config_file", source == null ? null : text(source.main()));
        body.put("streams_file", source == null ? null : text(source.streams()));
        body.put("open", pages.open());
        // The ports that are bound, where the config leaves the choice to the system.
        List<InetSocketAddress> bound = listeners.get().listeners();
        body.put("listen", bound(config.listen().plain(), bound.getFirst()));
        body.put("tls_listen", bound(config.listen().tls(), bound.getLast()));
        body.put("tls", tls(config));
        media(body, config.media(), engine.mediaPorts().getFirst());
        body.put("turn", turn(config));
        body.put(
                "origins",
                Map.of(
                        "play",
                        pages.playOrigins().texts(),
                        "publish",
                        pages.publishOrigins().texts()));
        body.put(
                "trusted_proxies",
                pages.trustedProxies().stream().map(Object::toString).toList());
        body.put("limits", limits(config.limits()));
        body.put("admin", access.mode());
        body.put("auth", auth(pages.auth()));
        body.put("drain_seconds", config.drain().time().toSeconds());
        body.put(
                "drain_to",
                config.drain().to() == null ? null : config.drain().to().base());
        body.put(
                "webhooks",
                config.events().webhooks().stream().map(ConfigView::webhook).toList());
        body.put("telemetry", telemetry(config.events()));
        body.put("log_format", config.logFormat().name().toLowerCase(Locale.ROOT));
        body.put("templates", templates(state, pages));
        body.put("live", changeable(state));
        return body;
    }

    private static String bound(ListenAddress said, InetSocketAddress bound) {
        return ListenAddress.hostAndPort(said.address(), bound.getPort());
    }

    private static String text(Path path) {
        return path == null ? null : path.toString();
    }

    private static Object tls(ServerConfig config) {
        return config.listen().certificate() == null
                ? null
                : Map.of(
                        "certificate", config.listen().certificate().toString(),
                        "key", config.listen().key().toString());
    }

    private static void media(Map<String, Object> body, MediaConfig media, int port) {
        body.put("media_port", port);
        body.put("loops", media.loops());
        body.put(
                "announce",
                media.announce().stream().map(InetAddress::getHostAddress).toList());
        InetSocketAddress tcp = media.iceTcp();
        body.put("ice_tcp", tcp == null ? null : ListenAddress.hostAndPort(tcp.getAddress(), tcp.getPort()));
        body.put("srtp", media.srtp());
        body.put("io", media.io());
        body.put("publisher_grace", StreamView.seconds(media.publisherGrace()));
    }

    private static Map<String, Object> turn(ServerConfig config) {
        Map<String, Object> turn = new LinkedHashMap<>();
        turn.put("urls", config.turn().urls().stream().map(Object::toString).toList());
        turn.put("lifetime", StreamView.seconds(config.turn().lifetime()));
        return turn;
    }

    private static Map<String, Object> auth(AuthConfig auth) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("token_name", auth.tokenName());
        body.put("jwt", auth.jwt().isUsed() ? jwt(auth.jwt()) : null);
        body.put("on_publish", auth.onPublish().shown());
        body.put("on_play", auth.onPlay().shown());
        body.put("on_failure", auth.keepsOnFailure() ? "keep" : "refuse");
        return body;
    }

    private static Map<String, Object> jwt(JwtConfig jwt) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "keys",
                jwt.keys().stream()
                        .map(key -> Map.of("kid", key.id(), "alg", key.algorithm()))
                        .toList());
        body.put("jwks", jwt.jwks() == null ? null : shown(jwt.jwks()));
        body.put("issuer", jwt.issuer());
        body.put("audience", jwt.audience());
        return body;
    }

    private static Map<String, Object> webhook(WebhookConfig webhook) {
        EventFilter filter = webhook.filter();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("url", webhook.shown());
        body.put(
                "events", filter.types().stream().map(EventType::label).sorted().toList());
        body.put("streams", filter.streams());
        return body;
    }

    private static Map<String, Object> telemetry(EventsConfig events) {
        return events.otlp() == null ? null : Map.of("otlp", shown(events.otlp()));
    }

    /** Paths and queries may be secrets. */
    private static String shown(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    private static Map<String, Object> limits(Limits limits) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("max_sessions", limits.maxSessions());
        body.put("max_sessions_per_source", limits.maxSessionsPerSource());
        body.put("max_handshakes_per_source", limits.maxHandshakesPerSource());
        body.put("max_connections", limits.maxConnections());
        body.put("max_connections_per_source", limits.maxConnectionsPerSource());
        body.put("video_log_kib", limits.videoLogKib());
        body.put("audio_log_kib", limits.audioLogKib());
        return body;
    }

    private static List<Map<String, Object>> templates(ConfigKeeper.State state, AccessConfig pages) {
        List<Map<String, Object>> templates = new ArrayList<>();
        for (StreamRule rule : pages.streams().patterns()) {
            boolean own = state.own().streams().containsKey(rule.pattern());
            templates.add(
                    StreamView.settings(rule.pattern(), rule, own ? StreamOrigin.API : StreamOrigin.CONFIG, null));
        }
        return templates;
    }

    /** What the config file says nothing of. */
    private List<String> changeable(ConfigKeeper.State state) {
        List<String> keys = new ArrayList<>();
        for (String key : ConfigChange.KEYS) {
            if (keeper.source() != null && ConfigChange.obstacle(state, key) == null) {
                keys.add(key);
            }
        }
        return keys;
    }
}
