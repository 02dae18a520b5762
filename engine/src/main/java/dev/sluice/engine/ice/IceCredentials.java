package dev.sluice.engine.ice;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * The user name fragment and password of one side and generation (RFC 8445 section 5.3, syntax of RFC 8839 section
 * 5.4). Immutable.
 *
 * <p>Ours are 8 characters (48 random bits) and 24 (144): the RFC asks for at least 24 and 128 bits. Eight characters
 * are also just one {@code long}, by which a first check from an unknown address finds its peer.
 *
 * @param ufrag 4 to 256 ice-chars
 * @param password 22 to 256 ice-chars
 */
public record IceCredentials(String ufrag, String password) {
    public static final int UFRAG_CHARS = 8;
    public static final int PASSWORD_CHARS = 24;

    private static final String ICE_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final int MAX_CHARS = 256;

    public IceCredentials {
        check("ice-ufrag", ufrag, 4);
        check("ice-pwd", password, 22);
    }

    /** New credentials; the generator must be a cryptographically strong one. */
    public static IceCredentials generate(RandomGenerator random) {
        return new IceCredentials(randomChars(random, UFRAG_CHARS), randomChars(random, PASSWORD_CHARS));
    }

    /**
     * The fragment as the number that {@code Stun.localUfragKey} reads from a check: its bytes, big-endian. Never
     * negative.
     *
     * @throws IllegalStateException when the fragment is not 8 characters long
     */
    public long key() {
        if (ufrag.length() != UFRAG_CHARS) {
            throw new IllegalStateException("an ufrag of " + ufrag.length() + " characters has no key");
        }
        return Bytes.i64(MemorySegment.ofArray(ufragBytes()), 0);
    }

    byte[] ufragBytes() {
        return ufrag.getBytes(StandardCharsets.US_ASCII);
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "IceCredentials[" + ufrag + "]";
    }

    private static void check(String what, String value, int minChars) {
        if (value.length() < minChars || value.length() > MAX_CHARS) {
            throw new IllegalArgumentException(what + " must have " + minChars + " to " + MAX_CHARS + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            if (ICE_CHARS.indexOf(value.charAt(i)) < 0) {
                throw new IllegalArgumentException(what + " may have letters, digits, + and / only");
            }
        }
    }

    private static String randomChars(RandomGenerator random, int count) {
        StringBuilder chars = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            chars.append(ICE_CHARS.charAt(random.nextInt(ICE_CHARS.length())));
        }
        return chars.toString();
    }
}
