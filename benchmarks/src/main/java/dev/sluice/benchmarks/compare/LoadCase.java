package dev.sluice.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one load does to a server. Immutable.
 *
 * @param players of each stream
 * @param rate packets/s of a stream
 * @param size of a packet in bytes, before SRTP
 * @param shape as {@code ./bench load} names it
 * @param profile likewise
 * @param more options of {@code ./bench load} besides
 */
record LoadCase(int streams, int players, int rate, int size, String shape, String profile, List<String> more) {
    LoadCase {
        more = List.copyOf(more);
    }

    LoadCase(int streams, int players, int rate, int size, String shape, String profile) {
        this(streams, players, rate, size, shape, profile, List.of());
    }

    /** Options of {@code ./bench load}. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--streams", Integer.toString(streams), "--players", Integer.toString(players)));
        arguments.addAll(List.of("--rate", Integer.toString(rate), "--size", Integer.toString(size)));
        arguments.addAll(List.of("--shape", shape, "--profile", profile));
        arguments.addAll(more);
        return arguments;
    }

    /** Whether joins are what is measured. */
    boolean isStorm() {
        return more.contains("--storm");
    }

    /** In a few words, for a line of progress or the head of a table. */
    String title() {
        String title = String.format(
                Locale.ROOT,
                "%,d × %,d players, %d packets/s of %,d B, %s, %s",
                streams,
                players,
                rate,
                size,
                shape,
                profile.equals("cm") ? "AES_CM_128_HMAC_SHA1_80" : "AEAD_AES_128_GCM");
        return more.isEmpty() ? title : title + ", " + String.join(" ", more);
    }
}
