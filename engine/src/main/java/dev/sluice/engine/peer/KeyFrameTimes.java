package dev.sluice.engine.peer;

/**
 * How a publisher answers key frame requests: how long it takes, and when it did last. Safe for many threads; written by the
 * publisher's loop alone.
 */
final class KeyFrameTimes {
    /** From the request's arrival at the publisher to the key frame's first packet: the next frame is up to 33 ms away. */
    private static final long ENCODING_NS = 30_000_000L;

    private static final long UNKNOWN_ROUND_TRIP_NS = 50_000_000L;
    private static final long MAX_ANSWER_NS = 2_000_000_000L;

    private volatile long answerNs = UNKNOWN_ROUND_TRIP_NS + ENCODING_NS;
    private volatile long answeredAtNs;
    private volatile boolean answered;
    /** When the first request since the last key frame went out, valid while one is on its way. */
    private volatile long askedNs;

    private volatile boolean onItsWay;

    /** Before there is an answer to measure, this round trip must do; negative when it is not known. */
    void onConnected(long roundTripNs) {
        if (roundTripNs >= 0) {
            answerNs = Math.min(roundTripNs + ENCODING_NS, MAX_ANSWER_NS);
        }
    }

    void onRequestSent(long nowNs) {
        if (!onItsWay) {
            askedNs = nowNs;
            onItsWay = true;
        }
    }

    void onKeyFrame(long nowNs) {
        if (onItsWay) {
            onItsWay = false;
            long tookNs = Math.min(nowNs - askedNs, MAX_ANSWER_NS);
            answerNs = answered ? (3 * answerNs + tookNs) / 4 : tookNs;
            answeredAtNs = nowNs;
            answered = true;
        }
    }

    /** From a request to its key frame; one that is waited for already takes no less than that. */
    long answerNs(long nowNs) {
        return onItsWay ? Math.max(answerNs, nowNs - askedNs) : answerNs;
    }

    /** Whether a key frame that was asked for came within this time. */
    boolean answeredWithin(long ns, long nowNs) {
        return answered && nowNs - answeredAtNs < ns;
    }
}
