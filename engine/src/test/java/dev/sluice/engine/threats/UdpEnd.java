package dev.sluice.engine.threats;

import dev.sluice.engine.EngineLab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/** A UDP socket on loopback that speaks to one port of the engine. Sending is safe for many threads. */
final class UdpEnd implements End {
    private static final int BUFFER_BYTES = 4 << 20;

    private final DatagramSocket socket;
    private final InetSocketAddress server;
    private final byte[] buffer = new byte[2048];

    UdpEnd(int serverPort) {
        this(serverPort, "127.0.0.1");
    }

    /** @param from any address of 127.0.0.0/8: each is a source of its own */
    UdpEnd(int serverPort, String from) {
        server = new InetSocketAddress(EngineLab.LOOPBACK, serverPort);
        try {
            socket = new DatagramSocket(new InetSocketAddress(EngineLab.address(from), 0));
            socket.setReceiveBufferSize(BUFFER_BYTES);
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
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, server));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] receive(int timeoutMillis) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try {
            socket.setSoTimeout(Math.max(1, timeoutMillis));
            socket.receive(packet);
            return Arrays.copyOf(buffer, packet.getLength());
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
