package dev.sluice.engine.sdp;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The codecs Sluice carries, and their format parameters in canonical form: known names only, lower case, checked values.
 * What does not fit is left out, so nothing unchecked is handed on to other clients. Immutable.
 */
final class CodecTable {
    static final String RED = "red";
    static final String OPUS = "opus";
    static final String H264 = "H264";

    private static final int MAX_PARAMETER_CHARS = 64;

    private static final Map<String, List<String>> PARAMETERS = Map.of(
            OPUS,
            List.of(
                    "minptime",
                    "ptime",
                    "useinbandfec",
                    "usedtx",
                    "stereo",
                    "sprop-stereo",
                    "cbr",
                    "maxaveragebitrate",
                    "maxplaybackrate"),
            H264,
            List.of("level-asymmetry-allowed", "packetization-mode", "profile-level-id"),
            "H265",
            List.of("profile-id", "tier-flag", "level-id", "tx-mode"),
            "VP9",
            List.of("profile-id"),
            "AV1",
            List.of("profile", "level-idx", "tier"));

    /** After the parameters: a format's constructor reads them. */
    private static final Map<String, CodecFormat> BY_NAME = Map.of(
            "opus", audio(OPUS, 48_000, 2),
            "red", audio(RED, 48_000, 2),
            "pcmu", audio("PCMU", 8_000, 1),
            "pcma", audio("PCMA", 8_000, 1),
            "vp8", video("VP8"),
            "vp9", video("VP9"),
            "av1", video("AV1"),
            "h264", video(H264),
            "h265", video("H265"));

    /** Named in refusals. */
    private static final Map<MediaKind, String> CARRIED =
            Map.of(MediaKind.AUDIO, "opus, PCMU or PCMA", MediaKind.VIDEO, "VP8, VP9, AV1, H264 or H265");

    private CodecTable() {}

    private static CodecFormat audio(String name, int clockRate, int channels) {
        return new CodecFormat(MediaKind.AUDIO, name, clockRate, channels, "");
    }

    private static CodecFormat video(String name) {
        return new CodecFormat(MediaKind.VIDEO, name, 90_000, 0, "");
    }

    static String carried(MediaKind kind) {
        return CARRIED.get(kind);
    }

    /**
     * The codec of an rtpmap, with its parameters in canonical form.
     *
     * @param name in any case
     * @param channels 0 when the rtpmap has none
     * @return null when Sluice does not carry it
     */
    static CodecFormat find(MediaKind kind, String name, int clockRate, int channels, String fmtp) {
        CodecFormat known = BY_NAME.get(name.toLowerCase(Locale.ROOT));
        if (known == null || known.kind() != kind || known.clockRate() != clockRate) {
            return null;
        }
        if (kind == MediaKind.AUDIO && Math.max(channels, 1) != known.channels()) {
            return null;
        }
        return known.withFmtp(fmtp);
    }

    /** The known parameters of a codec, in the order they came; the first of each name counts. */
    static String canonical(String codec, String fmtp) {
        List<String> known = PARAMETERS.getOrDefault(codec, List.of());
        if (known.isEmpty() || fmtp.isEmpty()) {
            return "";
        }
        StringBuilder canonical = new StringBuilder();
        boolean[] seen = new boolean[known.size()];
        for (int start = 0; start < fmtp.length(); ) {
            int end = fmtp.indexOf(';', start);
            end = end < 0 ? fmtp.length() : end;
            // Looked for inside this parameter only: a search to the end of the text would be quadratic.
            String parameter = end - start <= MAX_PARAMETER_CHARS ? fmtp.substring(start, end) : "";
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                String name = parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                String value = parameter.substring(equals + 1).strip().toLowerCase(Locale.ROOT);
                int index = known.indexOf(name);
                if (index >= 0 && !seen[index] && isValid(name, value)) {
                    seen[index] = true;
                    append(canonical, name, value);
                }
            }
            start = end + 1;
        }
        // A sender that says it sends stereo is told that it may: libwebrtc sends mono without it.
        if (codec.equals(OPUS) && seen[known.indexOf("sprop-stereo")] && !seen[known.indexOf("stereo")]) {
            append(canonical, "stereo", parameter(canonical.toString(), "sprop-stereo", "0"));
        }
        return canonical.toString();
    }

    private static void append(StringBuilder to, String name, String value) {
        to.append(to.isEmpty() ? "" : ";").append(name).append('=').append(value);
    }

    private static boolean isValid(String name, String value) {
        return name.equals("profile-level-id")
                ? H264Profile.isValid(value)
                : !name.equals("tx-mode") ? SdpText.parseNumber(value, 99_999_999) >= 0 : value.equals("srst");
    }

    /** A parameter of a canonical string. */
    static String parameter(String canonical, String name, String otherwise) {
        for (int start = 0; start < canonical.length(); ) {
            int end = canonical.indexOf(';', start);
            end = end < 0 ? canonical.length() : end;
            if (canonical.startsWith(name, start) && canonical.charAt(start + name.length()) == '=') {
                return canonical.substring(start + name.length() + 1, end);
            }
            start = end + 1;
        }
        return otherwise;
    }

    static int intParameter(String canonical, String name, int otherwise) {
        String text = parameter(canonical, name, "");
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }
}
