package dev.sluice.signaling;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** HTTP requests byte by byte, for what a proper client refuses to send. */
final class RawHttp {
    private RawHttp() {}

    /** The status of the answer, 0 when the connection is closed without one. */
    static int status(TestServer server, String request) throws IOException {
        try (Socket socket = open(server.address())) {
            return status(socket, request);
        }
    }

    static Socket open(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    static int status(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                .readLine();
        return line == null ? 0 : Integer.parseInt(line.split(" ")[1]);
    }
}
