package dev.sluice.engine.threats;

import dev.sluice.engine.EngineLab;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** A TCP connection over loopback to one port of the engine, framed as RFC 4571 says. Confined to one thread. */
final class TcpEnd implements End {
    private static final int CONNECT_MILLIS = 5_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    TcpEnd(int serverPort) {
        this(serverPort, 0);
    }

    /** @param receiveBufferBytes how much the kernel takes for a reader that does not read; 0 for its own choice */
    TcpEnd(int serverPort, int receiveBufferBytes) {
        try {
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(EngineLab.LOOPBACK, serverPort), CONNECT_MILLIS);
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public void send(byte[] datagram) {
        sendRaw(framed(datagram));
    }

    static byte[] framed(byte[] datagram) {
        return ByteBuffer.allocate(2 + datagram.length)
                .putShort((short) datagram.length)
                .put(datagram)
                .array();
    }

    /** Bytes as they are. */
    void sendRaw(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] receive(int timeoutMillis) {
        try {
            socket.setSoTimeout(Math.max(1, timeoutMillis));
            int high = in.read();
            if (high < 0) {
                return null;
            }
            socket.setSoTimeout(CONNECT_MILLIS);
            byte[] datagram = new byte[high << 8 | in.readUnsignedByte()];
            in.readFully(datagram);
            return datagram;
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the engine has closed the connection. */
    void awaitClosed() {
        try {
            socket.setSoTimeout(20_000);
            while (in.read() >= 0) {
                // What it still sent.
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (IOException e) {
            // A reset is an end too.
            close();
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
