package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.OtherServer;
import dev.sluice.signaling.RunningServer;
import dev.sluice.signaling.access.jwt.Signer;
import dev.sluice.signaling.config.ConfigFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Tokens and hooks on the whole way: a key set over HTTP, a hook, libwebrtc that publishes by WHIP, real media that ends. */
@ResourceLock("browser")
class AccessClientTest {
    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void shouldPublishByTokenAndEndWhenTheHookNoLongerAllowsIt() throws Exception {
        Signer provider = Signer.ed25519("d1");
        try (OtherServer keys = new OtherServer(OtherServer.body(Signer.jwks(provider)));
                OtherServer hook = new OtherServer(OtherServer.status(200, "X-AuthDuration", "3"));
                RunningServer server = server(keys.uri(), hook.uri());
                Libwebrtc libwebrtc = Libwebrtc.start();
                LibwebrtcPeer publisher = libwebrtc.publisher("VP8", candidate -> {})) {
            CompletableFuture<Void> live = new CompletableFuture<>();
            CompletableFuture<Void> over = new CompletableFuture<>();
            Runnable watch = server.engine().watch("cam", state -> {
                if (state.active()) {
                    live.complete(null);
                } else if (live.isDone()) {
                    over.complete(null);
                }
            });
            String token = provider.token(
                    "publish", "cam", "exp", Instant.now().plusSeconds(600).getEpochSecond());
            HttpResponse<String> response = publish(server, publisher, token);
            assertEquals(201, response.statusCode(), response::body);
            publisher.onAnswer(response.body());
            publisher.awaitConnected();
            live.get(15, TimeUnit.SECONDS);
            assertEquals("new_session", hook.queries.take().get("request_type"));

            hook.answer(OtherServer.status(403));
            over.get(15, TimeUnit.SECONDS);
            watch.run();
            assertEquals("update_session", hook.queries.take().get("request_type"));
            assertTrue(server.engine().streams().stream().noneMatch(stream -> stream.publishing()));
            assertEquals(403, publish(server, publisher, token).statusCode());
        }
    }

    private RunningServer server(URI keys, URI hook) throws Exception {
        return RunningServer.start(
                ConfigFile.read(Files.writeString(folder.resolve("sluice.conf"), """
                listen = "127.0.0.1:0", tls_listen = "127.0.0.1:0", media_port = 0, loops = 1
                auth { jwt { jwks = "%s" }, on_publish = "%s" }
                streams { cam { input = "publish://", publisher_grace = 1 } }
                """.formatted(keys, hook))));
    }

    private HttpResponse<String> publish(RunningServer server, LibwebrtcPeer publisher, String token) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/cam/whip"))
                        .header("Content-Type", "application/sdp")
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(publisher.gatheredOffer()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
