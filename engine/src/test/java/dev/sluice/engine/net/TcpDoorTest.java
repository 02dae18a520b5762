package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that say nothing of use; what a check brings is tested with the whole engine. */
class TcpDoorTest {
    private static final int LONG_MS = 60_000;

    @Test
    void shouldCloseAConnectionWhoseFirstFrameDoesNotComeInTime() throws IOException {
        try (TcpDoor door = new TcpDoor(20);
                Socket socket = connect(door)) {
            socket.getOutputStream().write(0);
            assertTrue(isClosed(socket));
            assertEquals(0, door.accepted());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 19, 1_501, 65_535})
    void shouldCloseAConnectionWhoseFirstFrameCannotBeACheck(int lengthBytes) throws IOException {
        try (TcpDoor door = new TcpDoor(LONG_MS);
                Socket socket = connect(door)) {
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(2).putShort((short) lengthBytes).array());
            assertTrue(isClosed(socket));
        }
    }

    @Test
    void shouldCloseAConnectionWhoseCheckIsForNobody() throws IOException {
        try (TcpDoor door = new TcpDoor(LONG_MS);
                Socket socket = connect(door)) {
            socket.getOutputStream().write(checkFor("AbCdEfGh:x"));
            assertTrue(isClosed(socket));
        }
    }

    @Test
    void shouldCloseTheLongestWaitingWhenOneSourceHasOneTooMany() throws IOException {
        List<Socket> silent = new ArrayList<>();
        try (TcpDoor door = new TcpDoor(LONG_MS)) {
            int port = listen(door);
            for (int i = 0; i < TcpDoor.MAX_WAITING_PER_SOURCE; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            for (int i = 0; i < 3; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
                assertTrue(isClosed(silent.get(i)));
            }
            awaitRefused(door, 3);
            // When one of them goes there is room again.
            silent.removeLast().close();
            awaitRefused(door, 4);
            try (Socket another = new Socket(InetAddress.getLoopbackAddress(), port)) {
                another.getOutputStream().write(checkFor("AbCdEfGh:x"));
                assertTrue(isClosed(another));
            }
            assertEquals(5, door.refused(), "nobody but those");
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static void awaitRefused(TcpDoor door, long count) {
        while (door.refused() < count) {
            Thread.onSpinWait();
        }
    }

    private static int listen(TcpDoor door) throws IOException {
        return door.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static Socket connect(TcpDoor door) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), listen(door));
    }

    /** A Binding request that has but a user name of ten characters. */
    private static byte[] checkFor(String userName) {
        return ByteBuffer.allocate(2 + 36)
                .putShort((short) 36)
                .putShort((short) 1)
                .putShort((short) 16)
                .putInt(0x2112A442)
                .put(new byte[12])
                .putShort((short) 6)
                .putShort((short) userName.length())
                .put(userName.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .array();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }
}
