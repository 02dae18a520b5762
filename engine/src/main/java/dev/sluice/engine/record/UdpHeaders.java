package dev.sluice.engine.record;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** IP and UDP headers for a payload that had them once, or others (RFC 791, RFC 8200, RFC 768). Stateless. */
final class UdpHeaders {
    private static final int UDP = 17;
    private static final int UDP_BYTES = 8;
    private static final int V4_BYTES = 20;
    private static final int V6_BYTES = 40;
    private static final int HOPS = 64;

    private UdpHeaders() {}

    /** Both addresses of one family. */
    static byte[] of(InetAddress from, int fromPort, InetAddress to, int toPort, byte[] payload) {
        byte[] source = from.getAddress();
        byte[] destination = to.getAddress();
        boolean v4 = source.length == 4;
        int ipBytes = v4 ? V4_BYTES : V6_BYTES;
        int udpLength = UDP_BYTES + payload.length;
        ByteBuffer headers = ByteBuffer.allocate(ipBytes + UDP_BYTES);
        if (v4) {
            // Version and length of the header, and "don't fragment".
            headers.putShort((short) 0x4500)
                    .putShort((short) (V4_BYTES + udpLength))
                    .putInt(0x0000_4000);
            headers.put((byte) HOPS)
                    .put((byte) UDP)
                    .putShort((short) 0)
                    .put(source)
                    .put(destination);
            headers.putShort(10, folded(sum(headers.array(), 0, V4_BYTES)));
        } else {
            headers.putInt(0x6000_0000)
                    .putShort((short) udpLength)
                    .put((byte) UDP)
                    .put((byte) HOPS);
            headers.put(source).put(destination);
        }
        headers.putShort((short) fromPort)
                .putShort((short) toPort)
                .putShort((short) udpLength)
                .putShort((short) 0);
        long sum = sum(source, 0, source.length) + sum(destination, 0, destination.length) + UDP + udpLength;
        sum += sum(headers.array(), ipBytes, UDP_BYTES) + sum(payload, 0, payload.length);
        short checksum = folded(sum);
        // 0 would say that there is none.
        headers.putShort(ipBytes + 6, checksum == 0 ? -1 : checksum);
        return headers.array();
    }

    /** Bytes of the headers before a payload; −1 when these are not ours. */
    static int lengthOf(ByteBuffer packet) {
        if (packet.remaining() < V4_BYTES + UDP_BYTES) {
            return -1;
        }
        int first = packet.get(packet.position());
        if (first == 0x45) {
            return packet.get(packet.position() + 9) == UDP ? V4_BYTES + UDP_BYTES : -1;
        }
        boolean v6 = (first & 0xf0) == 0x60 && packet.remaining() >= V6_BYTES + UDP_BYTES;
        return v6 && packet.get(packet.position() + 6) == UDP ? V6_BYTES + UDP_BYTES : -1;
    }

    private static long sum(byte[] bytes, int from, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            int value = bytes[from + i] & 0xff;
            sum += (i & 1) == 0 ? value << 8 : value;
        }
        return sum;
    }

    private static short folded(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return (short) ~folded;
    }
}
