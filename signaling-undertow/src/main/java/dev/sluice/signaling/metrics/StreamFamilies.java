package dev.sluice.signaling.metrics;

import dev.sluice.signaling.metrics.Ledger.Look;

/** The ledger's sums and gauges under Prometheus' names. Immutable. */
final class StreamFamilies {
    private static final String PREFIX = "sluice_stream_";

    private StreamFamilies() {}

    static void add(Families families, Look look) {
        for (Sum sum : Sum.values()) {
            families.counter("sluice_" + sum.metric(), sum.help(), sum.inUnit(look.server()[sum.ordinal()]));
            look.streams()
                    .forEach((stream, sums) -> families.counter(
                            PREFIX + sum.metric(),
                            sum.help() + ", by stream",
                            sum.inUnit(sums[sum.ordinal()]),
                            "stream",
                            stream));
        }
        families.gauge(
                "sluice_folded_streams", "Streams that are summed as stream=\"" + Ledger.OTHER + "\"", look.folded());
        look.gauges().forEach((stream, gauges) -> addGauges(families, stream, gauges));
    }

    private static void addGauges(Families families, String stream, StreamGauges of) {
        gauge(families, "publishers", "Connected publishers", of.publishers(), stream);
        gauge(families, "players", "Players, connected or connecting", of.players(), stream);
        gauge(
                families,
                "thinned_players",
                "Players whose way is too narrow for any quality: pictures are left out",
                of.thinned(),
                stream);
        of.playersByQuality()
                .forEach((quality, players) -> families.gauge(
                        PREFIX + "quality_players",
                        "Players by the quality of the picture that they are sent, v1 is the best",
                        players,
                        "stream",
                        stream,
                        "quality",
                        quality));
        gauge(
                families,
                "estimate_mean_bytes_per_second",
                "What players' ways are estimated to carry, the mean",
                of.meanEstimateBytesPerSecond(),
                stream);
        gauge(
                families,
                "estimate_lowest_bytes_per_second",
                "What players' ways are estimated to carry, the lowest",
                of.lowestEstimateBytesPerSecond(),
                stream);
        gauge(
                families,
                "round_trip_mean_seconds",
                "Round trips to players, the mean",
                of.meanRoundTripSeconds(),
                stream);
        gauge(
                families,
                "round_trip_longest_seconds",
                "Round trips to players, the longest",
                of.longestRoundTripSeconds(),
                stream);
        gauge(
                families,
                "player_loss_worst_ratio",
                "Share of packets lost between a player's last two reports, the worst player",
                of.worstLossRatio(),
                stream);
    }

    private static void gauge(Families families, String name, String help, double value, String stream) {
        families.gauge(PREFIX + name, help, value, "stream", stream);
    }
}
