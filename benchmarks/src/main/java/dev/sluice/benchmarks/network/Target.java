package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.compare.Table;

/** What is wanted of a network's outcome. Implementations are immutable. */
sealed interface Target {
    /**
     * Whether it was met.
     *
     * @param cleanFps of the same server without loss
     */
    boolean isMet(Outcome outcome, double cleanFps);

    /** In a few words; empty when nothing is wanted. */
    String text();

    /** Nothing in particular. */
    record None() implements Target {
        @Override
        public boolean isMet(Outcome outcome, double cleanFps) {
            return true;
        }

        @Override
        public String text() {
            return "";
        }
    }

    /**
     * Pictures in spite of loss.
     *
     * @param minFps as a share of a lossless network's
     * @param maxFrozen as a share of the time
     * @param maxRequests for key frames in ten seconds
     */
    record Loss(double minFps, double maxFrozen, double maxRequests) implements Target {
        private static final double TEN_S = 10;

        @Override
        public boolean isMet(Outcome outcome, double cleanFps) {
            PlayerFigures player = outcome.players().getFirst();
            return player.fps() >= minFps * cleanFps
                    && player.frozen() <= maxFrozen
                    && player.requests() <= maxRequests * Math.max(1, outcome.seconds() / TEN_S);
        }

        @Override
        public String text() {
            return percent(minFps) + " of clean's frames, frozen " + percent(maxFrozen) + " at most"
                    + (maxRequests == Double.MAX_VALUE ? "" : ", a key frame request in 10 s");
        }
    }

    /** Quick reactions to changes of the rate. */
    record Steps() implements Target {
        private static final long MAX_CHANGE_MS = 2_000;
        private static final long MAX_TOP_MS = 10_000;
        private static final long MAX_PAUSE_MS = 500;

        @Override
        public boolean isMet(Outcome outcome, double cleanFps) {
            return outcome.steps().stream().allMatch(Steps::isMet);
        }

        private static boolean isMet(StepFigures step) {
            boolean isDown = step.toKbps() < step.fromKbps();
            return step.longestPauseMs() <= MAX_PAUSE_MS
                    && (isDown
                            ? isWithin(step.changeMs(), MAX_CHANGE_MS) && isWithin(step.queueMs(), MAX_CHANGE_MS)
                            : isWithin(step.topMs(), MAX_TOP_MS));
        }

        private static boolean isWithin(long ms, long limitMs) {
            return ms >= 0 && ms <= limitMs;
        }

        @Override
        public String text() {
            return "another layer and a queue below 100 ms within 2 s, the top one again within 10 s, no pause over 500 ms";
        }
    }

    /** The best layer that the way carries, steadily. */
    record Fit() implements Target {
        private static final double MIN_SHARE = 0.95;

        @Override
        public boolean isMet(Outcome outcome, double cleanFps) {
            return outcome.fit(0) >= MIN_SHARE && outcome.players().getFirst().switches() <= 1;
        }

        @Override
        public String text() {
            return "the best layer that fits, 95 % of the time, with one change at most";
        }
    }

    /** A way shared by two, fairly. */
    record Share() implements Target {
        private static final double MIN_SHARE = 0.35;

        @Override
        public boolean isMet(Outcome outcome, double cleanFps) {
            double sum =
                    outcome.players().stream().mapToDouble(PlayerFigures::kbps).sum();
            return outcome.players().stream().allMatch(each -> each.kbps() >= MIN_SHARE * sum);
        }

        @Override
        public String text() {
            return "35 to 65 % each";
        }
    }

    /**
     * A quick start.
     *
     * @param maxFirstMs until the first frame, median
     * @param maxLiveMs until live, median
     * @param maxAsked key frames for one join
     */
    record Join(int maxFirstMs, int maxLiveMs, int maxAsked) implements Target {
        @Override
        public boolean isMet(Outcome outcome, double cleanFps) {
            JoinFigures joins = outcome.recording().joins();
            return joins.firstMs() >= 0
                    && joins.firstMs() <= maxFirstMs
                    && joins.liveMs() >= 0
                    && joins.liveMs() <= maxLiveMs
                    && joins.asked() <= maxAsked;
        }

        @Override
        public String text() {
            return "first frame after " + maxFirstMs + " ms, live after " + maxLiveMs + ", key frames asked: "
                    + maxAsked;
        }
    }

    /** Another publisher, and players hardly notice. */
    record Takeover() implements Target {
        private static final long MAX_PAUSE_MS = 300;
        private static final double MAX_APART_MS = 40;

        @Override
        public boolean isMet(Outcome outcome, double cleanFps) {
            PlayerFigures player = outcome.players().getFirst();
            return player.longestPauseMs() <= MAX_PAUSE_MS && Math.abs(player.soundLateMs()) <= MAX_APART_MS;
        }

        @Override
        public String text() {
            return "no pause over 300 ms, sound and picture within 40 ms";
        }
    }

    private static String percent(double share) {
        return Table.number(100 * share) + " %";
    }
}
