package dev.sluice.signaling.metrics;

import dev.sluice.engine.LoopStats;
import java.util.Map;

/** The media loops' counters under Prometheus' names. Immutable. */
final class LoopFamilies {
    private static final String PREFIX = "sluice_loop_";
    private static final String DROP = "drop.";

    private record Name(String metric, String help) {}

    /** By the engine's names. */
    private static final Map<String, Name> NAMES = Map.ofEntries(
            name("datagrams_in", "received_datagrams", "Datagrams that came"),
            name("bytes_in", "received_bytes", "Bytes of datagrams that came"),
            name("datagrams_out", "sent_datagrams", "Datagrams that were sent"),
            name("bytes_out", "sent_bytes", "Bytes of datagrams that were sent"),
            name("receive_calls", "receive_calls", "System calls that asked for datagrams, empty answers included"),
            name("send_calls", "send_calls", "System calls that sent datagrams"),
            name("gso_runs", "gso_runs", "Messages that the kernel cut into datagrams (UDP_SEGMENT)"),
            name("gso_segments", "gso_segments", "Datagrams that the kernel made of such messages"),
            name("gso_runs_refused", "gso_refused_runs", "Such messages that the kernel refused; sent one by one"),
            name("send_waits", "send_waits", "Times that the socket was full, so that the rest of a batch waited"),
            name("rtp_forwarded", "forwarded_packets", "RTP packets sent to players"),
            name("nacks_sent", "sent_nacks", "RTP packets that publishers were asked to send again, each question"),
            name("rtp_repaired", "repaired_packets", "Missing RTP packets from publishers that came after all"),
            name("nacks_received", "received_nacks", "RTP packets that players asked for again, each question"),
            name("rtp_resent", "resent_packets", "RTP packets sent to players again (RTX)"),
            name("rtp_resent_unasked", "resent_unasked_packets", "Of those, the ones that no NACK had asked for"),
            name("key_frame_requests_received", "received_key_frame_requests", "Key frames that players asked for"),
            name("key_frame_requests_sent", "sent_key_frame_requests", "Key frames that publishers were asked for"),
            name("instant_starts", "instant_starts", "Pictures that began with a burst out of the log"),
            name("handshakes_completed", "completed_handshakes", "DTLS handshakes that were completed"),
            name("handshakes_failed", "failed_handshakes", "DTLS handshakes that failed"),
            name("peers_added", "added_peers", "Sessions that the loop took"),
            name("peers_ended", "ended_peers", "Sessions of the loop that ended"),
            name("mailbox_refusals", "mailbox_refusals", "Commands turned away because the loop's mailbox was full"),
            name("wakeups", "wakeups", "Returns from sleep"));

    private LoopFamilies() {}

    private static Map.Entry<String, Name> name(String counter, String metric, String help) {
        return Map.entry(counter, new Name(PREFIX + metric, help));
    }

    static void add(Families families, LoopStats stats) {
        String loop = Integer.toString(stats.index());
        stats.counters().forEach((counter, value) -> addCounter(families, loop, counter, value));
        families.gauge(PREFIX + "sessions", "Sessions, connected or connecting", stats.sessions(), "loop", loop);
        families.gauge(
                PREFIX + "busy_ratio",
                "Part of the last second that the loop was at work",
                stats.busyPercent() / 100.0,
                "loop",
                loop);
        families.gauge(
                PREFIX + "since_cycle_seconds",
                "Time since the last duty cycle; more than a few seconds means that the loop hangs",
                stats.sinceCycleNs() / 1e9,
                "loop",
                loop);
    }

    /** One without a name here is left out; a test sees to it that there is none. */
    private static void addCounter(Families families, String loop, String counter, long value) {
        Name name = NAMES.get(counter);
        if (name != null) {
            families.counter(name.metric, name.help, value, "loop", loop);
        } else if (counter.startsWith(DROP)) {
            families.counter(
                    PREFIX + "drops",
                    "Datagrams and packets that were dropped, by reason",
                    value,
                    "loop",
                    loop,
                    "reason",
                    counter.substring(DROP.length()));
        } else if (counter.equals("duty_cycle_max_ns")) {
            families.gauge(
                    PREFIX + "duty_cycle_max_seconds",
                    "The longest duty cycle since the start",
                    value / 1e9,
                    "loop",
                    loop);
        }
    }

    /** Whether a counter of the engine has a name here. */
    static boolean knows(String counter) {
        return NAMES.containsKey(counter) || counter.startsWith(DROP) || counter.equals("duty_cycle_max_ns");
    }
}
