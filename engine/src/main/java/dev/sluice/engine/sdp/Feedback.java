package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.List;

/** The RTCP feedback Sluice speaks (RFC 4585, RFC 5104), as bits of one int. Immutable. */
final class Feedback {
    static final int NACK_PLI = 1;
    static final int CCM_FIR = 2;
    static final int TRANSPORT_CC = 4;
    static final int REMB = 8;
    /** Generic: packets by their numbers (RFC 4585 section 6.2.1). */
    static final int NACK = 16;

    private Feedback() {}

    /** The bit of an {@code a=rtcp-fb} value's words after the payload type, or 0. */
    static int bit(String type, String parameter) {
        return switch (type) {
            case "nack" -> parameter.isEmpty() ? NACK : parameter.equals("pli") ? NACK_PLI : 0;
            case "ccm" -> parameter.equals("fir") ? CCM_FIR : 0;
            case "transport-cc" -> TRANSPORT_CC;
            case "goog-remb" -> REMB;
            default -> 0;
        };
    }

    static List<String> values(int bits) {
        List<String> values = new ArrayList<>(5);
        if ((bits & REMB) != 0) {
            values.add("goog-remb");
        }
        if ((bits & TRANSPORT_CC) != 0) {
            values.add("transport-cc");
        }
        if ((bits & CCM_FIR) != 0) {
            values.add("ccm fir");
        }
        if ((bits & NACK) != 0) {
            values.add("nack");
        }
        if ((bits & NACK_PLI) != 0) {
            values.add("nack pli");
        }
        return values;
    }
}
