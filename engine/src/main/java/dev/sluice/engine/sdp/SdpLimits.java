package dev.sluice.engine.sdp;

/**
 * Bounds on what is read, several times what the largest real offer has (Chromium with everything on: 8 KB, 240 lines,
 * 30 payload types a section). Immutable.
 */
public final class SdpLimits {
    /** Characters of a whole description; the signalling cuts off at as many bytes. */
    public static final int MAX_CHARS = 65_536;

    static final int MAX_LINES = 4_096;
    static final int MAX_SECTIONS = 32;
    static final int MAX_CANDIDATES = 512;
    /** SSRCs and SSRC groups of one section. */
    static final int MAX_SSRCS = 64;

    static final int MAX_EXTENSIONS = 64;
    static final int MAX_FINGERPRINTS = 8;
    /** RFC 8285's two-byte form could carry more, but no client writes more than 40. */
    static final int MAX_MID_CHARS = 64;

    static final int MAX_PAYLOAD_TYPE = 127;
    /** RFC 8839 section 5.4. */
    static final int MAX_ICE_CHARS = 256;

    /** Lines of {@code a=rid} in a section, and layers in {@code a=simulcast}. */
    static final int MAX_RIDS = 64;

    private SdpLimits() {}
}
