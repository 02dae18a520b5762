package dev.sluice.signaling.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Flussonic's {@code securetoken://}: {@code HASH-SALT-END-START} with HASH = SHA-1 of stream, address, start, end, key, salt and
 * user, written one after the other. Immutable.
 */
public final class SecureTokens {
    /**
     * Both times have ten digits, those of the years 2001 to 2286: nothing separates them in what is hashed, so with other
     * lengths a token of an hour could be cut anew into one that never ends.
     */
    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{40})-([0-9A-Za-z_.~]{1,128})-([1-9][0-9]{9})-([1-9][0-9]{9})");

    /** So far may the clocks of the site and this machine differ. */
    private static final int SKEW_SECONDS = 30;

    private SecureTokens() {}

    /** Whether a text has the form of one. */
    public static boolean isToken(String text) {
        return FORM.matcher(text).matches();
    }

    /**
     * @param address empty when tokens are not bound to one
     * @param user what the client says it is, empty when it says nothing
     * @return when it ends, null when it is not good now
     */
    public static Instant end(String key, String token, String stream, String address, String user, Instant now) {
        Matcher matcher = FORM.matcher(token);
        if (!matcher.matches()) {
            return null;
        }
        String start = matcher.group(4);
        String end = matcher.group(3);
        String signed = stream + address + start + end + key + matcher.group(2) + user;
        byte[] offered = HexFormat.of().parseHex(matcher.group(1));
        if (!MessageDigest.isEqual(sha1(signed), offered)) {
            return null;
        }
        long seconds = now.getEpochSecond();
        boolean begun = Long.parseLong(start) - SKEW_SECONDS <= seconds;
        return begun && seconds < Long.parseLong(end) ? Instant.ofEpochSecond(Long.parseLong(end)) : null;
    }

    private static byte[] sha1(String text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
