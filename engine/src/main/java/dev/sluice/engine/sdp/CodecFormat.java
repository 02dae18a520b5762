package dev.sluice.engine.sdp;

/**
 * A codec as SDP names it. Immutable.
 *
 * @param name canonical: opus, red, PCMU, PCMA, VP8, VP9, AV1, H264, H265
 * @param channels 1 or 2 for audio, 0 for video
 * @param fmtp the format parameters that matter to a player, made canonical ({@code name=value;name=value}), or empty
 */
public record CodecFormat(MediaKind kind, String name, int clockRate, int channels, String fmtp) {
    public CodecFormat {
        fmtp = CodecTable.canonical(name, fmtp);
    }

    /**
     * Whether a stream of this format plays where the other one was negotiated: the same codec, H.264 by RFC 6184
     * profile without the level (baseline and constrained baseline count as one), VP9, AV1 and H.265 by profile.
     */
    public boolean compatibleWith(CodecFormat other) {
        return kind == other.kind
                && name.equals(other.name)
                && clockRate == other.clockRate
                && channels == other.channels
                && profile() == other.profile();
    }

    /** A number that differs where decoders differ; 0 for codecs without profiles. */
    private int profile() {
        return switch (name) {
            case "H264" -> H264Profile.key(fmtp);
            case "VP9" -> CodecTable.intParameter(fmtp, "profile-id", 0);
            case "AV1" -> CodecTable.intParameter(fmtp, "profile", 0);
            case "H265" -> CodecTable.intParameter(fmtp, "profile-id", 1);
            default -> 0;
        };
    }

    /** For messages: the name, and the profile where it decides. */
    public String describe() {
        return switch (name) {
            case "H264" -> name + " profile-level-id " + H264Profile.text(fmtp);
            case "VP9", "AV1", "H265" -> profile() == 0 ? name : name + " profile " + profile();
            default -> name;
        };
    }

    /** {@code opus/48000/2}, the value of an rtpmap. */
    String rtpmap() {
        return name + "/" + clockRate + (channels > 1 ? "/" + channels : "");
    }

    CodecFormat withFmtp(String other) {
        return new CodecFormat(kind, name, clockRate, channels, other);
    }
}
