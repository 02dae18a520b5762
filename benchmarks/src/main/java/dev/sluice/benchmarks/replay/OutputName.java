package dev.sluice.benchmarks.replay;

import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.record.RecordedEvent;
import java.util.Locale;

/** What an output is called. Stateless. */
final class OutputName {
    private static final int RTP_FEEDBACK = 205;
    private static final int PAYLOAD_FEEDBACK = 206;

    private OutputName() {}

    static String of(RecordedEvent event) {
        return switch (event.kind()) {
            case RTP_OUT -> rtp(event.payload());
            case RTCP_OUT -> rtcp(event.payload());
            case REPEATED -> "RTP repeated as it was";
            case DROP -> "left out, " + reason(event.value(0));
            case LAYER -> "changes of quality";
            default -> event.kind().toString();
        };
    }

    private static String reason(long code) {
        boolean known = code < 0 && code >= -DropReason.values().length;
        return known ? DropReason.ofCode((int) code).name().toLowerCase(Locale.ROOT) : "reason " + code;
    }

    private static String rtp(byte[] packet) {
        if (packet.length < 12) {
            return "RTP";
        }
        long ssrc = (packet[8] & 0xffL) << 24 | (packet[9] & 0xff) << 16 | (packet[10] & 0xff) << 8 | packet[11] & 0xff;
        return String.format(Locale.ROOT, "RTP %08x type %d", ssrc, packet[1] & 0x7f);
    }

    /** By what a compound packet has besides the report that it begins with (RFC 3550 section 6.1). */
    private static String rtcp(byte[] packet) {
        String name = "RTCP reports";
        for (int at = 0; at + 4 <= packet.length; ) {
            int type = packet[at + 1] & 0xff;
            int format = packet[at] & 0x1f;
            if (type == RTP_FEEDBACK) {
                name = format == 1 ? "RTCP NACK" : "RTCP transport-wide feedback";
            } else if (type == PAYLOAD_FEEDBACK) {
                name = format == 15 ? "RTCP REMB" : format == 4 ? "RTCP FIR" : "RTCP PLI";
            }
            at += 4 * (((packet[at + 2] & 0xff) << 8 | packet[at + 3] & 0xff) + 1);
        }
        return name;
    }
}
