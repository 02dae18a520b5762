package dev.sluice.signaling;

import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.ConfigSource;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.websocket.SocketTimings;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A server with a fake engine whose configuration is in files, and its API's client. Safe for many threads. */
final class AdminServer implements AutoCloseable {
    static final String API = "/streamer/api/v3";
    static final String LOCAL = """
            streams {
              fixed { input = "publish://", password = sesame }
              "team/*" { input = "publish://", password = knock, max_bitrate = 900 }
            }
            """;

    final Path config;
    final Path streamsFile;
    final ConfigKeeper keeper;
    final TestServer http;
    final FakeEngine engine;
    final OpenApi document;

    /** @param text of the config file; null for a server without one */
    AdminServer(Path folder, String text) throws Exception {
        this(folder, text, AdminServer::onFreePorts);
    }

    /** @param options over the file */
    AdminServer(Path folder, String text, UnaryOperator<ServerConfig> options) throws Exception {
        config = folder.resolve("x.conf");
        if (text != null) {
            Files.writeString(config, text);
        }
        ConfigSource source = ConfigSource.of(config, options);
        keeper = ConfigKeeper.start(text == null ? new ConfigSource(null, source.streams(), options) : source);
        streamsFile = source.streams();
        http = new TestServer(keeper, SocketTimings.DEFAULTS);
        engine = http.engine;
        document = OpenApi.read();
    }

    private static ServerConfig onFreePorts(ServerConfig base) {
        ListenAddress free = ListenAddress.parse("127.0.0.1:0");
        return new ServerConfig(
                new ListenConfig(
                        free, free, base.listen().certificate(), base.listen().key()),
                base.media(),
                base.turn(),
                base.access(),
                base.limits(),
                base.logFormat(),
                base.drain(),
                base.admin(),
                base.events());
    }

    /** One request of the API, whose answer must be as the document says. */
    Reply call(String method, String path, String json, String... headers) throws Exception {
        HttpRequest.Builder request = http.request(API + path);
        if (json == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofString(json));
            if (!List.of(headers).contains("Content-Type")) {
                request.header("Content-Type", "application/json");
            }
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = http.send(request);
        document.check(method, path, response);
        return new Reply(response);
    }

    Reply get(String path, String... headers) throws Exception {
        return call("GET", path, null, headers);
    }

    Reply put(String path, String json, String... headers) throws Exception {
        return call("PUT", path, json, headers);
    }

    /** Immutable. */
    record Reply(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        /** What stands at a path such as {@code streams.0.name}. */
        Object at(String path) throws Exception {
            Object value = Json.parse(response.body());
            for (String part : path.split("\\.", -1)) {
                value = value instanceof List<?> list
                        ? list.get(Integer.parseInt(part))
                        : ((Map<?, ?>) value).get(part);
            }
            return value;
        }

        String code() throws Exception {
            return (String) at("errors.0.code");
        }

        String title() throws Exception {
            return (String) at("errors.0.title");
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
