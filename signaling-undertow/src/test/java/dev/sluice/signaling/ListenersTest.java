package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.Limits;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.websocket.SocketTimings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;

/** Plain and TLS on each port, and what hostile connections get. */
class ListenersTest {

    /** Takes any certificate, as a person who clicks the warning away. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
        return context;
    }

    private static String health(HttpClient client, String scheme, InetSocketAddress address) throws Exception {
        URI uri = URI.create(scheme + "://127.0.0.1:" + address.getPort() + "/-/health");
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void shouldSpeakPlainAndTlsOnBothPorts() throws Exception {
        try (TestServer server = new TestServer();
                HttpClient client =
                        HttpClient.newBuilder().sslContext(trusting()).build()) {
            for (InetSocketAddress address : List.of(server.address(), server.server.tlsAddress())) {
                for (int i = 0; i < 3; i++) {
                    assertEquals("{\"status\":\"up\"}", health(client, "http", address));
                    assertEquals("{\"status\":\"up\"}", health(client, "https", address));
                }
            }
        }
    }

    @Test
    void shouldSpeakWebSocketOverTlsOnThePlainPort() throws Exception {
        try (TestServer server = new TestServer()) {
            Socket tls = trusting()
                    .getSocketFactory()
                    .createSocket("127.0.0.1", server.address().getPort());
            try (RawWebSocket socket = RawWebSocket.over(tls, "/cam/webrtc/publish")) {
                assertEquals("config", Json.parseObject(socket.nextText()).get("type"));
                socket.text("{\"type\":\"offer\",\"sdp\":\"" + "x".repeat(40_000) + "\"}");
                assertEquals("answer", Json.parseObject(socket.nextText()).get("type"));
                socket.nextText();
                socket.text("broken");
                assertEquals(4400.0, Json.parseObject(socket.nextText()).get("code"));
                assertEquals(4400, socket.awaitClose().closeCode());
            }
        }
    }

    @Test
    void shouldShowACertificateForItsAddresses() throws Exception {
        try (TestServer server = new TestServer();
                javax.net.ssl.SSLSocket socket = (javax.net.ssl.SSLSocket) trusting()
                        .getSocketFactory()
                        .createSocket("127.0.0.1", server.server.tlsAddress().getPort())) {
            socket.startHandshake();
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            certificate.checkValidity();
            certificate.verify(certificate.getPublicKey());
            assertTrue(certificate.getSubjectAlternativeNames().toString().contains("127.0.0.1"));
            assertTrue(certificate.getSubjectAlternativeNames().toString().contains("localhost"));
        }
    }

    @Test
    void shouldRefuseConnectionsOverTheCapAndTakeThemAgainLater() throws Exception {
        Limits few = new Limits(0, 5_000, 1_000, 4, 5_000, 4_096, 128);
        try (TestServer server = new TestServer(TestServer.DECLARED, few, SocketTimings.DEFAULTS)) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Socket socket = RawHttp.open(server.address());
                assertEquals(200, RawHttp.status(socket, "GET /-/health HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                sockets.add(socket);
            }
            String request = "GET /-/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
            assertEquals(0, statusOrReset(server, request));
            sockets.getFirst().close();
            while (statusOrReset(server, request) != 200) {
                Thread.onSpinWait();
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static int statusOrReset(TestServer server, String request) {
        try {
            return RawHttp.status(server, request);
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void shouldRefuseBodiesOverTheLimitWhateverTheirForm() throws Exception {
        try (TestServer server = new TestServer()) {
            String head = "POST /cam/whip HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\n";
            assertEquals(413, RawHttp.status(server, head + "Content-Length: 100000000\r\n\r\nv=0\r\n"));
            String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
            assertEquals(413, RawHttp.status(server, head + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(3)));
            assertEquals(
                    204,
                    RawHttp.status(
                            server,
                            "PUT /cam/sessions/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + "2\r\n{}\r\n0\r\n\r\n"));
        }
    }

    @Test
    void shouldRefuseHeadsThatAreTooLarge() throws Exception {
        try (TestServer server = new TestServer()) {
            String long_ = "GET /-/health HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(40_000) + "\r\n\r\n";
            assertTrue(statusOrReset(server, long_) != 200);
            String many = "GET /-/health HTTP/1.1\r\nHost: localhost\r\n" + "X-Many: 1\r\n".repeat(200) + "\r\n";
            assertTrue(statusOrReset(server, many) != 200);
            assertEquals(200, server.get("/-/health").statusCode());
        }
    }
}
