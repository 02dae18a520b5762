package dev.sluice.engine.dtls;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Records and handshake fragments as a client may write them, right or wrong. Stateless. */
final class DtlsRecords {
    static final int CLIENT_HELLO = 1;
    static final int CERTIFICATE = 11;
    static final int CERTIFICATE_VERIFY = 15;
    static final int CLIENT_KEY_EXCHANGE = 16;

    private DtlsRecords() {}

    static byte[] record(int contentType, int epoch, long sequence, byte[] body) {
        return ByteBuffer.allocate(13 + body.length)
                .put((byte) contentType)
                .putShort((short) 0xfefd)
                .putLong((long) epoch << 48 | sequence)
                .putShort((short) body.length)
                .put(body)
                .array();
    }

    /** One fragment with any head. */
    static byte[] fragment(int type, int messageBytes, int number, int fragmentOffset, byte[] body) {
        return ByteBuffer.allocate(12 + body.length)
                .put((byte) type)
                .put(u24(messageBytes))
                .putShort((short) number)
                .put(u24(fragmentOffset))
                .put(u24(body.length))
                .put(body)
                .array();
    }

    /** A datagram with one record with one fragment. */
    static byte[] datagram(int type, int messageBytes, int number, int fragmentOffset, byte[] body) {
        return record(22, 0, 0, fragment(type, messageBytes, number, fragmentOffset, body));
    }

    /** A datagram with the part of a message from one offset to another. */
    static byte[] part(int type, byte[] message, int number, int from, int to) {
        return datagram(type, message.length, number, from, Arrays.copyOfRange(message, from, to));
    }

    static byte[] whole(int type, byte[] message, int number) {
        return part(type, message, number, 0, message.length);
    }

    static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static byte[] u24(int value) {
        return new byte[] {(byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }
}
