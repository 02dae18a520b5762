package dev.sluice.signaling.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Compares secrets. Stateless. */
public final class Secrets {
    private Secrets() {}

    /** Digests are compared, so that the time tells nothing of the secret, not even its length. */
    public static boolean equal(String a, String b) {
        return MessageDigest.isEqual(sha256(a), sha256(b));
    }

    public static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
