package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.List;

/** Small checks on text from outside, without regular expressions: each walks its input once. Immutable. */
final class SdpText {
    private static final int MAX_QUOTED_CHARS = 40;

    private SdpText() {}

    /** A decimal number from 0 to {@code max}, or −1 when the text is anything else. */
    static long parseNumber(String text, long max) {
        int length = text.length();
        if (length == 0 || length > 18) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value <= max ? value : -1;
    }

    /** The parts between spaces or tabs, empty ones left out, at most {@code max} (the rest is dropped). */
    static List<String> words(String text, int max) {
        List<String> words = new ArrayList<>();
        int i = 0;
        while (i < text.length() && words.size() < max) {
            int end = i;
            while (end < text.length() && text.charAt(end) != ' ' && text.charAt(end) != '\t') {
                end++;
            }
            if (end > i) {
                words.add(text.substring(i, end));
            }
            i = end + 1;
        }
        return words;
    }

    /** Visible ASCII without spaces, 1 to {@code maxChars} long: what may be written into a line again. */
    static boolean isVisible(String text, int maxChars) {
        if (text.isEmpty() || text.length() > maxChars) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    /** RFC 8866's token, 1 to {@code maxChars} long. */
    static boolean isToken(String text, int maxChars) {
        if (!isVisible(text, maxChars)) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if ("\"(),/:;<=>?@[\\]".indexOf(text.charAt(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** RFC 8839's ice-char, with the characters of URL-safe base64 that some stacks use. */
    static boolean isIceText(String text, int minChars) {
        if (text.length() < minChars || text.length() > SdpLimits.MAX_ICE_CHARS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && "+/=-_".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    static boolean isLetterOrDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** For messages: in quotes, printable, cut after 40 characters. */
    static String quote(String text) {
        int length = Math.min(text.length(), MAX_QUOTED_CHARS);
        StringBuilder quoted = new StringBuilder(length + 5).append('"');
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            quoted.append(c < ' ' || c > '~' || c == '"' ? '?' : c);
        }
        return quoted.append(length < text.length() ? "...\"" : "\"").toString();
    }
}
