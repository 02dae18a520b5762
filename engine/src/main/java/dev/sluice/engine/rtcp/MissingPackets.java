package dev.sluice.engine.rtcp;

import java.util.Arrays;

/**
 * Which of the newest packets of one received stream are missing, and when to ask the sender for each of them again (generic
 * NACK, RFC 4585 section 6.2.1). Confined to one media loop.
 *
 * <p>A gap is first given the time that overtaken packets have been late by; then each packet is asked for once per round
 * trip, until it comes, was asked for often enough, or is too old to be worth it. The round trip is that from a question to
 * its answer: a receiver learns it in no other way.
 */
public final class MissingPackets {
    /** The newest packet of the stream, or its first. */
    public static final int NEW = 0;
    /** A packet that was missing. */
    public static final int FOUND = 1;
    /** A packet that has come before. */
    public static final int DUPLICATE = 2;
    /** A packet of before the history: nothing is known of it. */
    public static final int FORGOTTEN = 3;

    /** Packets remembered: a second of 10 Mbit/s. */
    static final int HISTORY = 1 << 10;
    /** A larger gap is no loss but another beginning: asking for all of it would only fill the way. */
    static final int MAX_GAP = HISTORY / 2;

    static final int MAX_ASKS = 8;
    static final long MAX_AGE_NS = 1_000_000_000L;
    /** Until the first answer; libwebrtc begins with the same. */
    static final long FIRST_ROUND_TRIP_NS = 100_000_000L;

    static final long LEAST_TOLERANCE_NS = 2_000_000L;
    static final long MOST_TOLERANCE_NS = 30_000_000L;
    private static final long LEAST_INTERVAL_NS = 20_000_000L;

    private static final byte HERE = -1;
    private static final byte GIVEN_UP = Byte.MAX_VALUE;

    /** How often a packet was asked for, or one of the two above. */
    private final byte[] asks = new byte[HISTORY];

    private final long[] missedNs = new long[HISTORY];
    private final long[] firstAskNs = new long[HISTORY];
    private final long[] lastAskNs = new long[HISTORY];

    private boolean started;
    private long highest;
    /** Where the stream began: of what was before it nothing is known. */
    private long first;
    /** Nothing before this one is still asked for. */
    private long oldest;
    /** Packets that are still asked for. */
    private int pending;

    private boolean givenUp;
    private boolean unanswered;
    private long roundTripNs = -1;
    private long toleranceNs = LEAST_TOLERANCE_NS;

    public MissingPackets() {
        Arrays.fill(asks, HERE);
    }

    /**
     * A packet with this extended sequence number came.
     *
     * @return {@link #NEW}, {@link #FOUND}, {@link #DUPLICATE} or {@link #FORGOTTEN}
     */
    public int onPacket(long sequence, long nowNs) {
        if (!started) {
            started = true;
            restart(sequence);
            return NEW;
        }
        if (sequence == highest + 1) {
            // What this place held is older than the history.
            forget(sequence - HISTORY);
            highest = sequence;
            asks[slot(sequence)] = HERE;
            return NEW;
        }
        if (sequence > highest) {
            onGap(sequence, nowNs);
            return NEW;
        }
        if (sequence <= highest - HISTORY || sequence < first) {
            return FORGOTTEN;
        }
        int slot = slot(sequence);
        if (asks[slot] == HERE) {
            return DUPLICATE;
        }
        onFound(slot, nowNs);
        return FOUND;
    }

    /** Whether a packet of the history has not come yet. */
    public boolean isMissing(long sequence) {
        return started && sequence <= highest && sequence > highest - HISTORY && asks[slot(sequence)] != HERE;
    }

    /** Whether a packet is missing and still asked for. */
    public boolean isAwaited(long sequence) {
        return isMissing(sequence) && asks[slot(sequence)] != GIVEN_UP;
    }

    /** Since when a missing packet is known to be missing. */
    public long missedNs(long sequence) {
        return missedNs[slot(sequence)];
    }

    /** Whether packets are asked for: {@link #takeDue} is worth calling then. */
    public boolean isPending() {
        return pending != 0;
    }

    /**
     * Takes the packets to ask for now, and gives up those that are too old for it.
     *
     * @param to receives their sequence numbers, ascending
     * @return how many
     */
    public int takeDue(long nowNs, long[] to) {
        int count = 0;
        long intervalNs = Math.max(LEAST_INTERVAL_NS, expectedRoundTripNs() * 5 / 4);
        long next = highest + 1;
        for (long sequence = oldest; sequence <= highest && pending != 0 && count < to.length; sequence++) {
            int slot = slot(sequence);
            if (asks[slot] < 0 || asks[slot] == GIVEN_UP) {
                continue;
            }
            boolean asked = asks[slot] > 0;
            long sinceNs = nowNs - (asked ? lastAskNs[slot] : missedNs[slot]);
            boolean due = sinceNs >= (asked ? intervalNs : toleranceNs);
            if (due && (asks[slot] == MAX_ASKS || nowNs - missedNs[slot] >= MAX_AGE_NS)) {
                giveUp(slot);
                continue;
            }
            next = Math.min(next, sequence);
            if (due) {
                ask(slot, nowNs);
                to[count++] = sequence;
            }
        }
        if (count < to.length) {
            oldest = next;
        }
        return count;
    }

    /** Whether packets were given up since the last call: only a key frame can make up for them. */
    public boolean takeGivenUp() {
        boolean result = givenUp;
        givenUp = false;
        return result;
    }

    /** From a question to its answer, smoothed; −1 before the first answer. */
    public long roundTripNs() {
        return roundTripNs;
    }

    /** Whether packets were given up, and no question was ever answered: the sender may not know how. */
    public boolean isUnanswered() {
        return unanswered && roundTripNs < 0;
    }

    /** How long a gap may be mere reordering. */
    public long toleranceNs() {
        return toleranceNs;
    }

    private long expectedRoundTripNs() {
        return roundTripNs < 0 ? FIRST_ROUND_TRIP_NS : roundTripNs;
    }

    private static int slot(long sequence) {
        return (int) sequence & HISTORY - 1;
    }

    private void restart(long sequence) {
        Arrays.fill(asks, HERE);
        pending = 0;
        highest = sequence;
        first = sequence;
        oldest = sequence;
    }

    private void onGap(long sequence, long nowNs) {
        if (sequence - highest > MAX_GAP) {
            givenUp = true;
            restart(sequence);
            return;
        }
        if (pending == 0) {
            oldest = highest + 1;
        }
        for (long missing = highest + 1; missing < sequence; missing++) {
            forget(missing - HISTORY);
            int slot = slot(missing);
            asks[slot] = 0;
            missedNs[slot] = nowNs;
            pending++;
        }
        forget(sequence - HISTORY);
        asks[slot(sequence)] = HERE;
        highest = sequence;
    }

    /** The history ends behind this packet: if it was still asked for, it is given up. */
    private void forget(long sequence) {
        if (pending != 0 && sequence >= oldest && asks[slot(sequence)] >= 0) {
            if (asks[slot(sequence)] != GIVEN_UP) {
                giveUp(slot(sequence));
            }
            oldest = sequence + 1;
        }
    }

    private void ask(int slot, long nowNs) {
        if (asks[slot] == 0) {
            firstAskNs[slot] = nowNs;
        }
        lastAskNs[slot] = nowNs;
        asks[slot]++;
    }

    private void giveUp(int slot) {
        asks[slot] = GIVEN_UP;
        pending--;
        givenUp = true;
        unanswered = true;
    }

    private void onFound(int slot, long nowNs) {
        int asked = asks[slot];
        asks[slot] = HERE;
        if (asked == GIVEN_UP) {
            return;
        }
        pending--;
        if (asked == 0 || roundTripNs >= 0 && nowNs - firstAskNs[slot] < roundTripNs / 2) {
            // Nobody can have answered yet: it was overtaken.
            long lateNs = nowNs - missedNs[slot];
            toleranceNs = Math.clamp(lateNs * 5 / 4, toleranceNs, MOST_TOLERANCE_NS);
        } else {
            // Of several questions the last was answered, unless it is too fresh: then the first, late.
            long sinceLastNs = nowNs - lastAskNs[slot];
            boolean tooFresh = asked > 1 && sinceLastNs < roundTripNs / 2;
            measure(tooFresh ? nowNs - firstAskNs[slot] : sinceLastNs);
            toleranceNs -= (toleranceNs - LEAST_TOLERANCE_NS) / 16;
        }
    }

    private void measure(long sampleNs) {
        roundTripNs = roundTripNs < 0 ? sampleNs : roundTripNs + (sampleNs - roundTripNs) / 8;
    }
}
