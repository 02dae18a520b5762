package dev.sluice.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a browser's ICE sends: a Binding request with USE-CANDIDATE (RFC 8489, RFC 8445 section 7.1). Immutable. */
public final class StunRequest {
    static final int COOKIE = 0x2112a442;
    private static final int HEADER_BYTES = 20;
    private static final int INTEGRITY_BYTES = 24;
    private static final int FINGERPRINT_BYTES = 8;
    private static final int FINGERPRINT_XOR = 0x5354554e;

    private StunRequest() {}

    /** A nominating check for the side with these credentials. */
    public static byte[] nominate(String ufrag, String password) {
        byte[] username = (ufrag + ":rfrg").getBytes(StandardCharsets.UTF_8);
        int paddedBytes = username.length + 3 & ~3;
        int bodyBytes = 4 + paddedBytes + 8 + 12 + 4;
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + bodyBytes + INTEGRITY_BYTES + FINGERPRINT_BYTES);
        out.putShort((short) 1).putShort((short) (bodyBytes + INTEGRITY_BYTES)).putInt(COOKIE);
        out.putLong(0x534c55494345L).putInt(7);
        out.putShort((short) 0x0006).putShort((short) username.length).put(username);
        out.position(HEADER_BYTES + 4 + paddedBytes);
        out.putShort((short) 0x0024).putShort((short) 4).putInt(0x6e00_01ff);
        out.putShort((short) 0x802a).putShort((short) 8).putLong(0x0102_0304_0506_0708L);
        out.putShort((short) 0x0025).putShort((short) 0);
        byte[] integrity = hmac(password, Arrays.copyOf(out.array(), out.position()));
        out.putShort((short) 0x0008).putShort((short) integrity.length).put(integrity);
        out.putShort(2, (short) (bodyBytes + INTEGRITY_BYTES + FINGERPRINT_BYTES));
        CRC32 crc = new CRC32();
        crc.update(out.array(), 0, out.position());
        out.putShort((short) 0x8028).putShort((short) 4).putInt((int) crc.getValue() ^ FINGERPRINT_XOR);
        return out.array();
    }

    static byte[] hmac(String password, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
