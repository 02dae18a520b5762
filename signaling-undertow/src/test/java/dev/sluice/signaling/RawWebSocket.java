package dev.sluice.signaling;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client (RFC 6455) that can also misbehave: frames are written as the test says. Confined to one test thread. */
final class RawWebSocket implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int TIMEOUT_MS = 10_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    final String statusLine;
    final String head;

    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return ByteBuffer.wrap(payload).getShort() & 0xffff;
        }

        String closeReason() {
            return new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    private RawWebSocket(Socket socket, String path, String host, String... headers) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n"
                + "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        out.write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        out.flush();
        this.head = readHead();
        this.statusLine = head.lines().findFirst().orElse("");
    }

    static RawWebSocket connect(InetSocketAddress address, String path, String... headers) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        return over(socket, path, headers);
    }

    /** Over a socket that may be TLS. */
    static RawWebSocket over(Socket socket, String path, String... headers) throws IOException {
        return new RawWebSocket(socket, path, "127.0.0.1:" + socket.getPort(), headers);
    }

    private String readHead() throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("no answer to the handshake: " + text);
            }
            text.append((char) b);
        }
        return text.toString();
    }

    /** What follows the head of an answer that refuses the upgrade. */
    String body() throws IOException {
        int length = head.toLowerCase(java.util.Locale.ROOT)
                .lines()
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    void text(String text) throws IOException {
        frame(true, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** One masked frame. */
    void frame(boolean fin, int opcode, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(header(fin, opcode, payload.length));
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ (i & 3));
        }
        out.write(frame.toByteArray());
        out.flush();
    }

    /** The header of a frame with the mask 00 01 02 03, its payload may follow in pieces or never. */
    static byte[] header(boolean fin, int opcode, long length) {
        ByteBuffer header = ByteBuffer.allocate(14);
        header.put((byte) ((fin ? 0x80 : 0) | opcode));
        if (length < 126) {
            header.put((byte) (0x80 | length));
        } else if (length < 65_536) {
            header.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            header.put((byte) (0x80 | 127)).putLong(length);
        }
        header.put(new byte[] {0, 1, 2, 3});
        byte[] bytes = new byte[header.position()];
        header.flip().get(bytes);
        return bytes;
    }

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** The next frame of any kind. */
    Frame next() throws IOException {
        int first = in.read();
        if (first < 0) {
            throw new EOFException("the connection is gone after " + statusLine);
        }
        long length = in.read() & 0x7f;
        if (length == 126) {
            length = ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff;
        } else if (length == 127) {
            length = ByteBuffer.wrap(in.readNBytes(8)).getLong();
        }
        return new Frame(first & 0x0f, in.readNBytes((int) length));
    }

    /** The text of the next frame but for pings, which must be one of text. */
    String nextText() throws IOException {
        Frame frame = next();
        while (frame.opcode == PING) {
            frame = next();
        }
        if (frame.opcode != TEXT) {
            throw new IOException("expected text, found opcode " + frame.opcode + " " + frame.text());
        }
        return frame.text();
    }

    /** Waits for the server's close frame, over anything before it, and answers it. */
    Frame awaitClose() throws IOException {
        for (Frame frame = next(); ; frame = next()) {
            if (frame.opcode == CLOSE) {
                frame(true, CLOSE, frame.payload);
                return frame;
            }
        }
    }

    /** Whether the server ends TCP orderly. */
    boolean awaitEnd() throws IOException {
        return in.read() < 0;
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
