package dev.sluice.engine.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * A certificate's hash as SDP writes it (RFC 8122 section 5): {@code sha-256 AA:BB:…}. Immutable.
 *
 * @param algorithm {@code sha-256}, {@code sha-384} or {@code sha-512}; weaker ones are refused
 */
public record Fingerprint(String algorithm, byte[] digest) {
    private static final Map<String, Integer> LENGTH_BYTES = Map.of("sha-256", 32, "sha-384", 48, "sha-512", 64);
    private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

    /** Throws IllegalArgumentException when the algorithm is unknown or weak, or the digest's length is not its. */
    public Fingerprint {
        Integer lengthBytes = LENGTH_BYTES.get(algorithm);
        if (lengthBytes == null) {
            throw new IllegalArgumentException("fingerprint by " + algorithm + ", not sha-256, sha-384 or sha-512");
        }
        if (digest.length != lengthBytes) {
            throw new IllegalArgumentException(
                    "fingerprint of " + digest.length + " bytes, " + algorithm + " has " + lengthBytes);
        }
        digest = digest.clone();
    }

    /**
     * Reads the value of {@code a=fingerprint}, in any case.
     *
     * @throws IllegalArgumentException when it is none, or by an algorithm that is not taken
     */
    public static Fingerprint parse(String value) {
        String[] parts = value.strip().split("\\s+", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("fingerprint is not 'algorithm AA:BB:…'");
        }
        return new Fingerprint(parts[0].toLowerCase(Locale.ROOT), HEX.parseHex(parts[1]));
    }

    /** The fingerprint of a DER certificate. */
    static Fingerprint of(String algorithm, byte[] certificate) {
        try {
            // The JDK knows each of the three under the very name RFC 8122 uses.
            return new Fingerprint(
                    algorithm, MessageDigest.getInstance(algorithm).digest(certificate));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether this is the fingerprint of that DER certificate. */
    boolean matches(byte[] certificate) {
        return equals(of(algorithm, certificate));
    }

    @Override
    public byte[] digest() {
        return digest.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that
                && algorithm.equals(that.algorithm)
                && MessageDigest.isEqual(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    /** The form SDP wants. */
    @Override
    public String toString() {
        return algorithm + " " + HEX.formatHex(digest);
    }
}
