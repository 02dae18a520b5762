package dev.sluice.benchmarks.replay;

import dev.sluice.engine.peer.SessionReplay;
import dev.sluice.engine.record.EventKind;
import dev.sluice.engine.record.RecordedEvent;
import dev.sluice.engine.record.RecordedSession;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The comparison for people. Stateless. */
final class ReplayText {
    private static final int MOST_SWITCHES = 40;
    private static final int SHOWN_BYTES = 24;

    private ReplayText() {}

    static void print(RecordedSession session, Comparison comparison, PrintStream out) {
        SessionReplay.Result result = comparison.result();
        long startNs =
                session.events().isEmpty() ? 0 : session.events().getFirst().atNs();
        out.printf(
                "A %s's session of stream %s, %.1f s, recorded until %s%n",
                printable(session.facts().get(SessionReplay.SESSION)),
                printable(session.facts().get(SessionReplay.STREAM)),
                session.events().isEmpty() ? 0 : (session.events().getLast().atNs() - startNs) / 1e9,
                printable(session.end()));
        if (result.stoppedBy() != null) {
            out.println("Replayed up to: " + reason(result.stoppedBy()));
        }
        out.println();
        out.printf("%-48s %10s %10s %10s%n", "", "recorded", "replayed", "the same");
        comparison
                .rows()
                .forEach((name, row) ->
                        out.printf("%-48s %10d %10d %10d%n", name, row.recorded(), row.replayed(), row.same()));
        printSwitches(result, startNs, out);
        out.println();
        out.printf(
                "send times of what is the same differ by (ms): median %.3f, 99 %% %.3f, most %.3f%n",
                comparison.shiftNs(50) / 1e6, comparison.shiftNs(99) / 1e6, comparison.shiftNs(100) / 1e6);
        for (Comparison.Difference difference : comparison.differences()) {
            print(difference, startNs, out);
        }
        out.println(comparison.isSame() ? "The same was sent, in the same order." : "What was sent is NOT the same.");
    }

    private static String reason(EventKind kind) {
        return switch (kind) {
            case MISSED -> "packets that came too fast for the recording";
            case TRACKS_CHANGED -> "the negotiation of other tracks";
            case TAKEN_OVER -> "another publisher of the stream";
            case ENDED -> "the session's end";
            default -> kind.toString();
        };
    }

    private static void printSwitches(SessionReplay.Result result, long startNs, PrintStream out) {
        List<RecordedEvent> recorded = Comparison.switches(result.recorded());
        List<RecordedEvent> replayed = Comparison.switches(result.replayed());
        int count = Math.max(recorded.size(), replayed.size());
        if (count > 0) {
            out.println();
            out.println("quality that was sent (layer, spatial layer)");
        }
        for (int i = 0; i < Math.min(count, MOST_SWITCHES); i++) {
            out.printf(
                    "  %-36s %-36s%n",
                    i < recorded.size() ? quality(recorded.get(i), startNs) : "-",
                    i < replayed.size() ? quality(replayed.get(i), startNs) : "-");
        }
    }

    private static String quality(RecordedEvent event, long startNs) {
        String what = event.value(0) < 0 ? "none" : event.value(0) + ", " + event.value(1);
        return String.format(
                Locale.ROOT,
                "%9.3f s  %s%s",
                (event.atNs() - startNs) / 1e9,
                what,
                event.value(2) != 0 ? ", pictures left out" : "");
    }

    private static void print(Comparison.Difference difference, long startNs, PrintStream out) {
        out.printf(
                "first difference, of what was sent to the %s: number %d%n",
                difference.source() == RecordedEvent.PLAYER ? "player" : "publisher", difference.number());
        out.println("  recorded: " + text(difference.recorded(), startNs));
        out.println("  replayed: " + text(difference.replayed(), startNs));
    }

    private static String text(RecordedEvent event, long startNs) {
        if (event == null) {
            return "nothing";
        }
        int shown = Math.min(SHOWN_BYTES, event.payload().length);
        return String.format(
                Locale.ROOT,
                "%.3f s  %s, %d bytes %s%s",
                (event.atNs() - startNs) / 1e9,
                OutputName.of(event),
                event.payload().length,
                HexFormat.of().formatHex(event.payload(), 0, shown),
                shown < event.payload().length ? "…" : "");
    }

    /** A file may name anything: not the terminal's control characters. */
    private static String printable(String text) {
        return Objects.requireNonNullElse(text, "?").replaceAll("\\p{Cntrl}", "?");
    }
}
