package dev.sluice.signaling.admin;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.StreamInfo;
import dev.sluice.signaling.config.StreamName;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /config/stats/history}: the plots of the last minutes, and the thread that samples them. Safe for many threads. */
final class HistoryResource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryResource.class);

    private static final int MOST_NAMES = 100;

    private final MediaEngine engine;
    private final Traffic traffic;
    private final StatsHistory history = new StatsHistory();
    private final LongSupplier clockNs;
    private final Thread sampler = Thread.ofVirtual().name("stats-history").unstarted(this::sampleOnAndOn);

    /** @param clockNs one that never goes back */
    HistoryResource(MediaEngine engine, Traffic traffic, LongSupplier clockNs) {
        this.engine = engine;
        this.traffic = traffic;
        this.clockNs = clockNs;
    }

    /** Once. */
    void start() {
        sampler.start();
    }

    private void sampleOnAndOn() {
        long stepNs = StatsHistory.INTERVAL.toNanos();
        long startNs = clockNs.getAsLong();
        try {
            while (true) {
                sample();
                // To the step, or the time that sampling takes would add up to a slot that is missed.
                Thread.sleep(Duration.ofNanos(stepNs - (clockNs.getAsLong() - startNs) % stepNs));
            }
        } catch (InterruptedException e) {
            // the server closes
        }
    }

    private void sample() {
        try {
            Map<String, StatsHistory.Sample> live = new HashMap<>();
            int players = 0;
            for (StreamInfo info : engine.streams()) {
                live.put(info.name(), sample(traffic.sums(info.name()), info.players()));
                players += info.players();
            }
            history.add(clockNs.getAsLong(), sample(traffic.all(), players), live);
        } catch (RuntimeException e) {
            LOG.error("event=failed what=stats-history", e);
        }
    }

    private static StatsHistory.Sample sample(Traffic.Sums sums, int players) {
        return new StatsHistory.Sample(sums.bytesIn(), sums.bytesOut(), players);
    }

    Answer get(Call call) throws Refused {
        String wanted = call.query("streams");
        String[] names = wanted == null || wanted.isEmpty() ? new String[0] : wanted.split(",", -1);
        if (names.length > MOST_NAMES) {
            throw Refused.wrong("streams: expected " + MOST_NAMES + " names at most.");
        }
        Map<String, Object> streams = new LinkedHashMap<>();
        for (String name : names) {
            if (!StreamName.isValid(name)) {
                throw Refused.wrong("streams: expected names of streams with commas between them.");
            }
            StatsHistory.Series series = history.stream(name);
            if (series != null) {
                streams.put(name, body(series));
            }
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("interval", StatsHistory.INTERVAL.toSeconds());
        body.put("capacity", StatsHistory.CAPACITY);
        body.put("server", body(history.server()));
        body.put("streams", streams);
        return Answer.of(body);
    }

    private static Map<String, Object> body(StatsHistory.Series series) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("input_bitrate", series.inputKbps());
        body.put("output_bitrate", series.outputKbps());
        body.put("client_count", series.players());
        return body;
    }

    @Override
    public void close() {
        sampler.interrupt();
    }
}
