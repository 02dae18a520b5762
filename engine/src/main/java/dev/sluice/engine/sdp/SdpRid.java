package dev.sluice.engine.sdp;

import java.util.List;

/**
 * A stream that an m-section can send, by name (RFC 8851). Immutable.
 *
 * @param payloadTypes that it may have, empty for all of the section's
 */
record SdpRid(String id, List<Integer> payloadTypes) {
    /** The one-byte form of a header extension carries as many (RFC 8285 section 4.2). */
    static final int MAX_CHARS = 16;

    boolean mayHave(int payloadType) {
        return payloadTypes.isEmpty() || payloadTypes.contains(payloadType);
    }

    /** RFC 8851 section 10: letters, digits, hyphens and underscores. */
    static boolean isId(String text) {
        if (text.isEmpty() || text.length() > MAX_CHARS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }
}
