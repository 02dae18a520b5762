package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.compare.Table;
import java.util.List;
import java.util.Locale;

/** All outcomes as a table, and what was seen of each change of rate. Immutable. */
final class Summary {
    private static final int TEXT_COLUMNS = 2;
    private static final double MAX_SLOW = 0.1;

    private final List<Outcome> outcomes;

    Summary(List<Outcome> outcomes) {
        this.outcomes = List.copyOf(outcomes);
    }

    /** One in a few words. */
    static String line(Outcome outcome) {
        PlayerFigures player = outcome.players().getFirst();
        return format(
                "%.1f frames/s, frozen %.1f %%, %s kbit/s",
                player.fps(), 100 * player.frozen(), Table.number(player.kbps()));
    }

    String text() {
        return table() + courses() + slow() + """

                fps: decoded; of clean: as a share of the clean network's. first: from the offer to the first frame, ms. delay:\
                 from drawn to shown, ms. way: what it carries,
                kbit/s, and how much of that it did carry. NACK, RTX, PLI: what the player sent, got and asked for; behind the\
                 bar: what the publisher got, sent again and
                was asked for. lines: heights shown, and how often they changed. fits: the best layer that\
                 the way carries, and how long it was shown. concealed: sound made up.
                """;
    }

    private String table() {
        Table table = new Table(
                TEXT_COLUMNS,
                "server",
                "network",
                "fps",
                "of clean",
                "frozen %",
                "freezes",
                "pause ms",
                "delay p50",
                "p95",
                "first",
                "kbit/s",
                "way",
                "used",
                "NACK",
                "RTX",
                "PLI",
                "concealed %",
                "lines",
                "fits",
                "target");
        for (Outcome outcome : outcomes) {
            for (int i = 0; i < outcome.players().size(); i++) {
                table.row(row(outcome, i));
            }
        }
        return table.toString();
    }

    private String[] row(Outcome outcome, int number) {
        PlayerFigures player = outcome.players().get(number);
        PublisherFigures publisher = outcome.publisher();
        boolean isAlone = outcome.players().size() == 1;
        double cleanFps = cleanFps(outcome.server());
        return new String[] {
            outcome.server(),
            outcome.profile().name() + (isAlone ? "" : " " + (number + 1)),
            format("%.1f", player.fps()),
            Double.isNaN(cleanFps) ? "–" : format("%.0f %%", 100 * player.fps() / cleanFps),
            format("%.1f", 100 * player.frozen()),
            Integer.toString(player.freezes()),
            format("%,d", player.longestPauseMs()),
            Table.number(player.delayMs()),
            Table.number(player.highDelayMs()),
            player.firstMs() < 0 ? "never" : format("%,d", player.firstMs()),
            format("%,.0f", player.kbps()),
            player.wayKbps() == 0 ? "–" : format("%,.0f", player.wayKbps()),
            player.wayKbps() == 0 ? "–" : format("%.0f %%", 100 * player.wayUse()),
            player.nacks() + "|" + publisher.nacks(),
            player.repaired() + "|" + publisher.repeated(),
            player.requests() + "|" + publisher.requests(),
            format("%.1f", 100 * player.concealed()),
            player.layers() + (player.switches() == 0 ? "" : " (" + player.switches() + ")"),
            fit(outcome, number),
            number == 0 ? outcome.verdict(cleanFps) : ""
        };
    }

    private static String fit(Outcome outcome, int number) {
        int height = outcome.fittingHeight(number);
        if (height <= 0) {
            return height < 0 ? "–" : "none";
        }
        return format("%d: %.0f %%", height, 100 * outcome.fit(number));
    }

    /** Of the same server; NaN when it was not measured. */
    private double cleanFps(String server) {
        return outcomes.stream()
                .filter(each ->
                        each.server().equals(server) && each.profile().name().equals(Profiles.CLEAN))
                .mapToDouble(each -> each.players().getFirst().fps())
                .findFirst()
                .orElse(Double.NaN);
    }

    /** What makes figures doubtful. */
    private String slow() {
        StringBuilder text = new StringBuilder();
        for (Outcome outcome : outcomes) {
            double share = outcome.publisher().slow();
            if (share > MAX_SLOW) {
                text.append(format(
                        "%n%s, %s: the machine was too slow for the publisher's encoder %.0f %% of the time",
                        outcome.server(), outcome.profile().name(), 100 * share));
            }
        }
        return text.isEmpty() ? "" : text.append('\n').toString();
    }

    /** What one line of the table cannot say. */
    private String courses() {
        StringBuilder text = new StringBuilder();
        for (Outcome outcome : outcomes) {
            String of = '\n' + outcome.server() + ", " + outcome.profile().name() + ": ";
            for (StepFigures step : outcome.steps()) {
                text.append(of).append(step.text());
            }
            if (!outcome.recording().joins().joins().isEmpty()) {
                text.append(of).append(outcome.recording().joins().text());
            }
            if (outcome.profile().course() == Course.TAKEOVER) {
                PlayerFigures player = outcome.players().getFirst();
                text.append(of)
                        .append(format(
                                "longest pause %,d ms, then sound %.0f ms after the picture",
                                player.longestPauseMs(), player.soundLateMs()));
            }
        }
        return text.isEmpty() ? "" : text.append('\n').toString();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
