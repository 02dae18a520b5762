package dev.sluice.signaling.diagnose;

import dev.sluice.engine.EngineError;
import dev.sluice.engine.LoopStats;
import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.StreamInfo;
import dev.sluice.signaling.config.LiveConfig;
import dev.sluice.signaling.logging.RecentLines;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** Collects what a bug report needs from the running server. Safe for many threads. */
public final class Diagnosis {
    static final String ABOUT = """
            A report on a Sluice server, for whoever is to find a fault in it.
            It has no password, secret, token or key in it. It does name streams, and the log has clients' addresses:
            look it through before you make it public.
            """;

    private static final int MAX_SESSIONS = 1_000;

    private final MediaEngine engine;
    private final SessionDirectory sessions;
    private final LiveConfig config;
    private final String version;
    private final Callable<String> metrics;

    public Diagnosis(
            MediaEngine engine,
            SessionDirectory sessions,
            LiveConfig config,
            String version,
            Callable<String> metrics) {
        this.engine = engine;
        this.sessions = sessions;
        this.config = config;
        this.version = version;
        this.metrics = metrics;
    }

    /** The whole file. Takes some ten milliseconds, and belongs on a virtual thread. */
    public byte[] zip() {
        Report report = new Report();
        report.add("about.txt", () -> ABOUT + "Made at " + Instant.now() + " by the running server.\n");
        report.add("versions.txt", () -> Machine.versions(version) + engineChoices());
        report.add("config.txt", () -> ConfigText.of(config.get()));
        report.add("counters.txt", () -> counters(engine.counters()));
        report.add("loops.txt", this::loops);
        report.add("streams.txt", this::streams);
        report.add("sessions.txt", this::sessions);
        report.add("errors.txt", this::errors);
        report.add("log.txt", () -> String.join("\n", RecentLines.ofLog()) + "\n");
        report.add("metrics.txt", metrics);
        report.add("threads.txt", Machine::threads);
        report.add("jvm.txt", Machine::jvm);
        report.add("limits.txt", Machine::limits);
        return report.bytes();
    }

    private String engineChoices() {
        return "\nsrtp " + engine.srtp().option() + " (" + engine.srtp().reason() + ")\nio "
                + engine.io().option() + " " + engine.io().reason() + "\nmedia ports " + engine.mediaPorts() + "\n";
    }

    private static String counters(Map<String, Long> counters) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(counters)
                .forEach((name, value) ->
                        text.append(name).append(' ').append(value).append('\n'));
        return text.toString();
    }

    private String loops() {
        StringBuilder text = new StringBuilder();
        for (LoopStats loop : engine.loops()) {
            text.append("== loop ").append(loop.index());
            text.append(" port ").append(loop.port());
            text.append(" sessions ").append(loop.sessions());
            text.append(" busy ").append(loop.busyPercent()).append(" %");
            text.append(" last cycle ").append(loop.sinceCycleNs() / 1_000_000).append(" ms ago\n");
            text.append(counters(loop.counters()));
        }
        return text.append("== logs\n").append(engine.logMemory()).append('\n').toString();
    }

    private String streams() {
        StringBuilder text = new StringBuilder();
        for (StreamInfo stream : engine.streams()) {
            text.append(stream).append('\n');
        }
        return text.toString();
    }

    private String sessions() {
        StringBuilder text = new StringBuilder();
        text.append(sessions.size()).append(" sessions\n");
        sessions.all().stream().limit(MAX_SESSIONS).forEach(session -> text.append(line(session)));
        return text.toString();
    }

    private static String line(ClientSession session) {
        return session.shortId() + " " + session.role() + " " + session.stream() + " " + session.transport() + " since "
                + session.openedAt() + " " + session.media().stats() + " "
                + session.media().delivery() + "\n";
    }

    private String errors() {
        StringBuilder text = new StringBuilder();
        for (EngineError error : engine.errors()) {
            text.append(error).append('\n');
        }
        return text.isEmpty() ? "none\n" : text.toString();
    }
}
