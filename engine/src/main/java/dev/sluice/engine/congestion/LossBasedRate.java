package dev.sluice.engine.congestion;

/**
 * The bitrate by loss. Some ways lose packets whatever is sent, others lose what exceeds them; the two are told apart by
 * finding the pair of bitrate and inherent loss that makes the losses of the last seconds likeliest (the idea of libwebrtc's
 * second loss based estimator, with fewer knobs). Confined to one media loop.
 */
final class LossBasedRate {
    static final long UNLIMITED = Long.MAX_VALUE;

    private static final int WINDOW = 20;
    private static final int MIN_OBSERVATIONS = 3;
    private static final int MIN_LOSSES = 3;
    private static final long OBSERVATION_NS = 250_000_000L;
    /** With fewer, an observation takes up to four times as long. */
    private static final int MIN_PACKETS = 30;

    /** Packets are lost in bursts: so many losses tell as much as one that is by itself. */
    private static final double BURST = 4;

    private static final double AGING = 0.9;

    private static final double[] FACTORS = {1.02, 1, 0.95};
    /** Prefers the higher of two bitrates that explain the losses alike, in log-likelihood a packet. */
    private static final double PREFERENCE = 0.005;

    private static final int NEWTON_STEPS = 2;
    private static final double NEWTON_SHARE = 0.75;
    private static final double MIN_LOSS = 0.001;
    /** More than this is not believed to be the way's own, a little more at low bitrates. */
    private static final double MAX_INHERENT = 0.12;

    private static final double BALANCE_KBPS = 100;
    private static final double HIGH_LOSS = 0.15;
    /** Of what arrives, when loss is high: the rest of the bitrate is wasted. */
    private static final double HIGH_LOSS_BACK_OFF = 0.9;

    private static final double GROWTH_PER_SECOND = 1.08;
    /** A limit that was found is not tried again for so long, each time twice as long. */
    private static final long HOLD_NS = 15_000_000_000L;

    private static final long MAX_HOLD_NS = 120_000_000_000L;

    /** A probe counts when this part of the time has passed. */
    private static final int TRUST_PROBE_AFTER = 2;

    private final int[] packets = new int[WINDOW];
    private final int[] losses = new int[WINDOW];
    private final int[] sentKbps = new int[WINDOW];
    private int observations;

    private int pendingPackets;
    private int pendingLosses;
    private long pendingBytes;
    private long startNs;
    private boolean started;

    /** kbit/s; infinite while nothing limits. */
    private double kbps = Double.POSITIVE_INFINITY;

    private double inherent = 0.01;
    private double candidateInherent;
    private double share;
    private long holdNs = HOLD_NS;
    private double heldKbps;
    private long heldUntilNs;

    /** {@link #UNLIMITED} while losses say nothing. */
    long bps() {
        return Double.isInfinite(kbps) ? UNLIMITED : (long) (kbps * 1e3);
    }

    /** Of the packets of the last seconds, newer ones weighed more. */
    double lossShare() {
        return share;
    }

    /** Of it, what the way loses whatever is sent, as far as that is known. */
    double ownShare() {
        // One or two say nothing, least of all at the beginning.
        return observations < MIN_OBSERVATIONS || losses() < MIN_LOSSES ? 0 : Math.min(share, inherent);
    }

    /** Of it, what is not the way's own loss. */
    double excessShare() {
        return Math.max(0, share - inherent);
    }

    /**
     * What one feedback said.
     *
     * @param bytes of all these packets, lost ones included
     * @param lost packets; below 0 when some reported missing before have come
     * @param arrivingBps acknowledged bitrate, −1 while unknown
     * @param otherBps what the delay allows
     */
    void onFeedback(int sentPackets, int lost, long bytes, long arrivingBps, long otherBps, long nowNs) {
        if (!started) {
            started = true;
            startNs = nowNs;
            return;
        }
        pendingPackets += sentPackets;
        pendingLosses += lost;
        pendingBytes += bytes;
        long elapsedNs = nowNs - startNs;
        if (elapsedNs < OBSERVATION_NS
                || pendingPackets < MIN_PACKETS && elapsedNs < 4 * OBSERVATION_NS
                || pendingPackets <= 0) {
            return;
        }
        int slot = observations % WINDOW;
        packets[slot] = pendingPackets;
        losses[slot] = Math.clamp(pendingLosses, 0, pendingPackets);
        sentKbps[slot] = (int) Math.max(1, pendingBytes * 8_000_000L / elapsedNs);
        observations++;
        pendingPackets = 0;
        pendingLosses = 0;
        pendingBytes = 0;
        startNs = nowNs;
        estimate(arrivingBps / 1e3, otherBps / 1e3, elapsedNs / 1e9, nowNs);
    }

    private void estimate(double arrivingKbps, double otherKbps, double elapsedSeconds, long nowNs) {
        share = weighedLoss();
        if (losses() == 0) {
            grow(otherKbps, elapsedSeconds, nowNs);
            inherent += (0.01 - inherent) * AGING / WINDOW;
            return;
        }
        if (observations < MIN_OBSERVATIONS || arrivingKbps < 0) {
            return;
        }
        double current = Math.min(kbps, otherKbps);
        double best = likeliest(current, arrivingKbps);
        if (best > current) {
            best = nowNs - heldUntilNs < 0 ? Math.min(best, Math.max(current, heldKbps)) : best;
            // What is lost beyond the way's own loss is a reason not to send more.
            best = inherent < share - 0.01 ? current : best;
        }
        if (share > HIGH_LOSS) {
            double bound = Math.max(BALANCE_KBPS / (share - MAX_INHERENT), HIGH_LOSS_BACK_OFF * arrivingKbps);
            best = Math.min(best, bound);
        }
        if (best < current * 0.97) {
            hold(best, nowNs);
        }
        // Not below what estimates end at: from there growth would take a minute.
        kbps = best >= otherKbps ? Double.POSITIVE_INFINITY : Math.max(best, SendSideEstimator.MIN_BPS / 1e3);
    }

    private void grow(double otherKbps, double elapsedSeconds, long nowNs) {
        if (Double.isInfinite(kbps)) {
            return;
        }
        double next = kbps * Math.pow(GROWTH_PER_SECOND, elapsedSeconds);
        if (nowNs - heldUntilNs < 0) {
            next = Math.min(next, Math.max(kbps, heldKbps));
        }
        kbps = next >= otherKbps && nowNs - heldUntilNs >= 0 ? Double.POSITIVE_INFINITY : next;
    }

    private void hold(double limitKbps, long nowNs) {
        boolean again = heldKbps > 0 && nowNs - heldUntilNs < MAX_HOLD_NS && nowNs - heldUntilNs >= 0;
        holdNs = again ? Math.min(2 * holdNs, MAX_HOLD_NS) : holdNs;
        if (heldKbps > 0 && nowNs - heldUntilNs >= MAX_HOLD_NS) {
            holdNs = HOLD_NS;
        }
        heldKbps = limitKbps;
        heldUntilNs = nowNs + holdNs;
    }

    /**
     * A probe came through at this bitrate: the limit rises to that when it has stood for a while. Not at once, since a policer lets
     * short trains pass; a limit that is found again then stands for twice as long.
     */
    void onFound(long bps, long nowNs) {
        long heldNs = nowNs - (heldUntilNs - holdNs);
        if (bps > kbps * 1e3 && heldNs >= holdNs / TRUST_PROBE_AFTER) {
            kbps = bps / 1e3;
            heldUntilNs = Math.min(heldUntilNs, nowNs);
        }
    }

    private double likeliest(double current, double arrivingKbps) {
        double best = current;
        double bestInherent = inherent;
        double bestValue = Double.NEGATIVE_INFINITY;
        for (int i = 0; i <= FACTORS.length; i++) {
            double candidate = i < FACTORS.length ? current * FACTORS[i] : Math.min(arrivingKbps, current);
            double value = likelihood(candidate);
            if (value > bestValue) {
                bestValue = value;
                best = candidate;
                bestInherent = candidateInherent;
            }
        }
        inherent = bestInherent;
        return best;
    }

    /** Of the losses seen, if this were the way's bitrate; sets the inherent loss that goes with it best. */
    private double likelihood(double candidateKbps) {
        double most = MAX_INHERENT + BALANCE_KBPS / Math.max(candidateKbps, BALANCE_KBPS);
        double loss = Math.clamp(inherent, MIN_LOSS, most);
        for (int step = 0; step < NEWTON_STEPS; step++) {
            loss = Math.clamp(newton(candidateKbps, loss), MIN_LOSS, most);
        }
        candidateInherent = loss;
        double value = 0;
        double weight = 1;
        double preference = PREFERENCE * Math.log(1 + candidateKbps);
        for (int age = 0; age < known(); age++) {
            int slot = slot(age);
            double probability = lossProbability(loss, candidateKbps, sentKbps[slot]);
            value += weight
                    * (losses[slot] / BURST * Math.log(probability)
                            + (packets[slot] - losses[slot]) / BURST * Math.log(1 - probability)
                            + packets[slot] * preference);
            weight *= AGING;
        }
        return value;
    }

    private double newton(double candidateKbps, double loss) {
        double first = 0;
        double second = 0;
        double weight = 1;
        for (int age = 0; age < known(); age++) {
            int slot = slot(age);
            double probability = lossProbability(loss, candidateKbps, sentKbps[slot]);
            double slope = (1 - probability) / (1 - loss);
            double lost = losses[slot] / probability;
            double received = (packets[slot] - losses[slot]) / (1 - probability);
            first += weight * slope * (lost - received);
            second -= weight * slope * slope * (lost / probability + received / (1 - probability));
            weight *= AGING;
        }
        return second == 0 ? loss : loss - NEWTON_SHARE * first / second;
    }

    /** What exceeds the way is lost, and of the rest its inherent share. */
    private static double lossProbability(double loss, double candidateKbps, double sent) {
        double excess = sent > candidateKbps ? (sent - candidateKbps) / sent : 0;
        return Math.clamp(loss + (1 - loss) * excess, 1e-6, 1 - 1e-6);
    }

    private int known() {
        return Math.min(observations, WINDOW);
    }

    private int slot(int age) {
        return (observations - 1 - age) % WINDOW;
    }

    private int losses() {
        int sum = 0;
        for (int i = 0; i < known(); i++) {
            sum += losses[i];
        }
        return sum;
    }

    private double weighedLoss() {
        double lost = 0;
        double sent = 0;
        double weight = 1;
        for (int age = 0; age < known(); age++) {
            lost += weight * losses[slot(age)];
            sent += weight * packets[slot(age)];
            weight *= AGING;
        }
        return lost / sent;
    }
}
