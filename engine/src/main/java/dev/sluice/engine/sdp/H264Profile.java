package dev.sluice.engine.sdp;

import java.util.Locale;

/**
 * H.264's profile-level-id: profile_idc, profile-iop and level_idc as six hex digits (RFC 6184 section 8.1). Immutable.
 */
final class H264Profile {
    /** What RFC 6184 says an absent profile-level-id means: Baseline, level 1. */
    private static final String DEFAULT = "42000a";

    /** Every WebRTC client decodes level 3.1 (RFC 7742 section 6.2), so no offer needs to say less. */
    private static final int LEVEL_3_1 = 0x1f;

    private static final int BASELINE = 0x4200;
    private static final int MAIN = 0x4d00;
    private static final int EXTENDED = 0x5800;

    private H264Profile() {}

    static String text(String fmtp) {
        return CodecTable.parameter(fmtp, "profile-level-id", DEFAULT);
    }

    static boolean isValid(String profileLevelId) {
        if (profileLevelId.length() != 6) {
            return false;
        }
        for (int i = 0; i < 6; i++) {
            if (Character.digit(profileLevelId.charAt(i), 16) < 0 || profileLevelId.charAt(i) > 'f') {
                return false;
            }
        }
        return true;
    }

    /**
     * The profile by RFC 6184 table 5, with baseline and constrained baseline as one; profiles outside the table are
     * their own bits.
     */
    static int key(String fmtp) {
        int bits = Integer.parseInt(text(fmtp), 16) >> 8;
        int idc = bits >> 8;
        int iop = bits & 0xff;
        boolean reservedZero = (iop & 0x0f) == 0;
        if (!reservedZero) {
            return bits;
        }
        return switch (idc) {
            case 0x42 -> BASELINE;
            case 0x4d -> (iop & 0x80) != 0 ? BASELINE : (iop & 0x20) == 0 ? MAIN : bits;
            case 0x58 -> (iop & 0x80) != 0 ? BASELINE : EXTENDED;
            default -> bits;
        };
    }

    static boolean isConstrainedBaseline(String fmtp) {
        int bits = Integer.parseInt(text(fmtp), 16) >> 8;
        int iop = bits & 0xff;
        return key(fmtp) == BASELINE
                && switch (bits >> 8) {
                    case 0x42 -> (iop & 0x40) != 0;
                    case 0x58 -> (iop & 0xc0) == 0xc0;
                    default -> true;
                };
    }

    /**
     * The parameters under which a player is offered a stream. Baseline goes out as constrained baseline, which is what
     * browsers list; lower case, because old player libraries rewrite the upper-case form.
     */
    static String offerParameters(String fmtp) {
        int bits = Integer.parseInt(text(fmtp), 16);
        int profile = key(fmtp) == BASELINE ? 0x42e0 : bits >> 8;
        int level = Math.max(bits & 0xff, LEVEL_3_1);
        return "level-asymmetry-allowed=1;packetization-mode="
                + CodecTable.intParameter(fmtp, "packetization-mode", 0)
                + ";profile-level-id="
                + String.format(Locale.ROOT, "%04x%02x", profile, level);
    }
}
