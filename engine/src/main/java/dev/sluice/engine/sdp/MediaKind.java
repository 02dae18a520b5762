package dev.sluice.engine.sdp;

/** What an m-section carries, of the kinds Sluice forwards. Immutable. */
public enum MediaKind {
    AUDIO("audio"),
    VIDEO("video");

    private final String token;

    MediaKind(String token) {
        this.token = token;
    }

    /** The word in the m-line. */
    public String token() {
        return token;
    }

    /** The kind of an m-line, or null for any other ({@code application}, {@code text} …). */
    static MediaKind ofToken(String token) {
        return switch (token) {
            case "audio" -> AUDIO;
            case "video" -> VIDEO;
            default -> null;
        };
    }
}
