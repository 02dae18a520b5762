package dev.sluice.engine.congestion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/**
 * Players behind one bottleneck in virtual time: a rate that changes, a queue, delay, jitter, loss, a policer, other traffic.
 * Each player has an estimator that is fed by feedback every 100 ms; what it is sent follows the estimate. Confined to one
 * test.
 */
public final class WaySimulation {
    static final long MS = 1_000_000L;
    private static final long FEEDBACK_NS = 100 * MS;
    private static final int PACKET_BYTES = 1_200;

    public final Random random;
    /** Nanoseconds to bits a second. */
    public LongUnaryOperator rateBps = atNs -> 2_500_000;

    long delayNs = 25 * MS;
    long queueBytes = 150_000;
    /** Standard deviation of an extra delay, never reordering. */
    double jitterMs;
    /** Mean of one that is exponential and at most five times that, of each packet and, on its way back, each feedback. */
    double spreadMs;

    double loss;
    /** Mean length of a burst of losses. */
    double burst = 1;
    /** A token bucket of a quarter of a second that drops, or 0. */
    long policerBps;
    /** Traffic that does not react, through the same queue. */
    LongUnaryOperator crossBps = atNs -> 0;
    /** Every so often the radio stands still for a moment. */
    long stallEveryNs;

    long stallNs;

    final List<Flow> flows = new ArrayList<>();
    public long nowNs = 1_000 * MS;
    private final long startNs = nowNs;
    private long freeNs;
    private double crossBits;
    private double tokens = 100_000;
    private boolean losing;

    public WaySimulation(long seed) {
        random = new Random(seed);
    }

    public Flow add(LongUnaryOperator source) {
        Flow flow = new Flow(source);
        flows.add(flow);
        return flow;
    }

    public void run(long ms) {
        for (long i = 0; i < ms; i++) {
            nowNs += MS;
            crossBits += crossBps.applyAsLong(nowNs - startNs) / 1e3;
            while (crossBits > PACKET_BYTES * 8) {
                crossBits -= PACKET_BYTES * 8;
                transmit(PACKET_BYTES);
            }
            tokens = Math.min(policerBps / 32.0, tokens + policerBps / 8e3);
            for (Flow flow : flows) {
                flow.step();
            }
        }
    }

    /** Of a packet through the bottleneck: when it arrives, or −1. */
    private long transmit(int bytes) {
        long rate = rateBps.applyAsLong(nowNs - startNs);
        if (policerBps > 0) {
            if (tokens < bytes) {
                return -1;
            }
            tokens -= bytes;
        }
        long waitNs = Math.max(0, freeNs - nowNs);
        if (waitNs * (rate / 8e9) > queueBytes) {
            return -1;
        }
        freeNs = Math.max(nowNs, freeNs) + (long) (bytes * 8e9 / rate);
        return freeNs + delayNs;
    }

    private long spreadNs() {
        return spreadMs == 0 ? 0 : (long) (spreadMs * MS * Math.min(5, -Math.log(1 - random.nextDouble())));
    }

    private boolean isLost() {
        if (loss > 0) {
            // Two states, of which one loses all (Gilbert).
            double stay = 1 - 1 / burst;
            losing = losing && burst > 1 ? random.nextDouble() < stay : enters();
        }
        return losing && loss > 0;
    }

    private boolean enters() {
        return random.nextDouble() < (burst == 1 ? loss : loss / (1 - loss) / burst);
    }

    /** The bitrates of a simulcast track, and the choice between them by an estimate, with some hysteresis. */
    static final class Layers implements LongUnaryOperator {
        final long[] layersBps;
        int current;
        int switches;

        Layers(long... layersBps) {
            this.layersBps = layersBps;
        }

        @Override
        public long applyAsLong(long estimateBps) {
            int best = 0;
            for (int i = 1; i < layersBps.length; i++) {
                double need = layersBps[i] * (i > current ? 25.0 / 24 : 15.0 / 16) + 50_000;
                best = estimateBps >= need ? i : best;
            }
            switches += best == current ? 0 : 1;
            current = best;
            return layersBps[best];
        }
    }

    /** One player. */
    public final class Flow {
        public final SendSideEstimator estimator = new SendSideEstimator(true, nowNs);
        private final Pacer pacer = new Pacer(nowNs);
        private final LongUnaryOperator source;
        private final ArrayDeque<long[]> queued = new ArrayDeque<>();
        private final List<long[]> arrivals = new ArrayList<>();
        private final ArrayDeque<long[]> feedback = new ArrayDeque<>();
        private int sequence = 65_000;
        private int reported = sequence;
        private long nextFrameNs = nowNs + random.nextInt(33) * MS;
        private long nextAudioNs = nowNs;
        private long nextFeedbackNs = nowNs + random.nextInt(100) * MS;
        private long nextSecondNs = nowNs;
        private long lastArrivalNs;
        private long lastFeedbackNs;
        private int frame;

        boolean paced = true;
        /** Of the feedback packets on their way back. */
        double feedbackLoss;

        /** Since {@link #clear}. */
        long arrivedBytes;

        long sentPackets;
        long lostPackets;
        private final List<Long> queueNs = new ArrayList<>();
        private long sinceNs = nowNs;
        final List<Long> estimates = new ArrayList<>();

        Flow(LongUnaryOperator source) {
            this.source = source;
        }

        public void clear() {
            arrivedBytes = 0;
            sentPackets = 0;
            lostPackets = 0;
            queueNs.clear();
            estimates.clear();
            sinceNs = nowNs;
        }

        public long arrivedBps() {
            return arrivedBytes * 8_000_000_000L / (nowNs - sinceNs);
        }

        /** Time in queues that so many percent of the packets did not exceed. */
        public long queueMs(int percent) {
            long[] sorted = queueNs.stream().mapToLong(Long::longValue).sorted().toArray();
            return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / MS;
        }

        /** Share of the samples in which the estimate was between the two. */
        double within(long least, long most) {
            return estimates.stream().filter(e -> e >= least && e <= most).count() / (double) estimates.size();
        }

        private void step() {
            if (nowNs >= nextFrameNs) {
                nextFrameNs += 33 * MS;
                long bps = source.applyAsLong(estimator.assumedBps());
                // A key frame now and then, others of uneven size.
                double factor = frame++ % 300 == 0 ? 5 : 0.6 + 0.8 * random.nextDouble();
                long bytes = (long) (Math.max(30_000, bps - 32_000) / 8 * 0.033 * factor);
                while (bytes > 0) {
                    queued.add(new long[] {Math.min(bytes, PACKET_BYTES)});
                    bytes -= PACKET_BYTES;
                }
                estimates.add(estimator.assumedBps());
            }
            if (nowNs >= nextAudioNs) {
                nextAudioNs += 20 * MS;
                send(80);
            }
            long rate = paced ? 3 * estimator.assumedBps() / 2 : 1_000_000_000L;
            long allowance = pacer.allowanceBytes(rate, nowNs);
            while (allowance > 0 && !queued.isEmpty()) {
                int bytes = (int) queued.poll()[0];
                allowance -= bytes;
                pacer.onSent(bytes, rate, nowNs);
                send(bytes);
            }
            if (queued.isEmpty()) {
                probe();
            }
            report();
        }

        private void probe() {
            int bytes = estimator.beginProbe(nowNs);
            if (bytes > 0) {
                for (int left = bytes; left > 0; left -= 280) {
                    send(280);
                }
                estimator.endProbe(nowNs);
            }
        }

        private void send(int bytes) {
            int number = sequence++;
            estimator.onSent(number & 0xffff, bytes, nowNs);
            sentPackets++;
            long arrivalNs = transmit(bytes);
            if (arrivalNs < 0 || isLost()) {
                lostPackets++;
                return;
            }
            queueNs.add(arrivalNs - nowNs - delayNs);
            arrivedBytes += bytes;
            if (jitterMs > 0) {
                arrivalNs += (long) (Math.abs(random.nextGaussian()) * jitterMs * 1e6);
            }
            arrivalNs += spreadNs();
            if (stallEveryNs > 0) {
                long phase = (arrivalNs - startNs) % stallEveryNs;
                arrivalNs += phase < stallNs ? stallNs - phase : 0;
            }
            arrivalNs = Math.max(arrivalNs, lastArrivalNs);
            lastArrivalNs = arrivalNs;
            arrivals.add(new long[] {number, arrivalNs});
        }

        /** What has arrived by now, as TransportCcRecorder would tell it; on its way back for as long. */
        private void report() {
            if (nowNs >= nextFeedbackNs) {
                nextFeedbackNs += FEEDBACK_NS;
                List<long[]> ready = new ArrayList<>();
                while (!arrivals.isEmpty() && arrivals.getFirst()[1] <= nowNs) {
                    ready.add(arrivals.removeFirst());
                }
                if (!ready.isEmpty() && random.nextDouble() >= feedbackLoss) {
                    long[] packet = new long[2 + 2 * ready.size()];
                    lastFeedbackNs = Math.max(lastFeedbackNs, nowNs + delayNs + spreadNs());
                    packet[0] = lastFeedbackNs;
                    packet[1] = reported;
                    for (int i = 0; i < ready.size(); i++) {
                        packet[2 + 2 * i] = ready.get(i)[0];
                        packet[3 + 2 * i] = ready.get(i)[1];
                    }
                    feedback.add(packet);
                }
                reported = ready.isEmpty() ? reported : (int) ready.getLast()[0] + 1;
            }
            while (!feedback.isEmpty() && feedback.peek()[0] <= nowNs) {
                hear(feedback.poll());
            }
            if (nowNs >= nextSecondNs) {
                nextSecondNs += 1_000 * MS;
                estimator.onTimeout(0, nowNs);
            }
        }

        private void hear(long[] packet) {
            long next = packet[1];
            for (int i = 2; i < packet.length; i += 2) {
                for (; next < packet[i]; next++) {
                    estimator.onMissing((int) next & 0xffff);
                }
                estimator.onArrived((int) packet[i] & 0xffff, packet[i + 1] / 250_000 * 250 + 77_000_000);
                next = packet[i] + 1;
            }
            estimator.onFeedbackEnd(nowNs);
        }

        @Override
        public String toString() {
            return String.format(
                    "%d kbit/s arrived, estimate %d, queue p50 %d p95 %d ms, loss %.1f %%",
                    arrivedBps() / 1000,
                    estimator.assumedBps() / 1000,
                    queueMs(50),
                    queueMs(95),
                    100.0 * lostPackets / Math.max(1, sentPackets));
        }
    }
}
