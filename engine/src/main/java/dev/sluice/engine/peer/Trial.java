package dev.sluice.engine.peer;

/** How long more must have fitted before it is tried: twice as long after each try that had to be taken back. Confined to one media loop. */
final class Trial {
    static final long HOLD_NS = 1_000_000_000L;
    private static final long MAX_HOLD_NS = 32_000_000_000L;
    /** What had to be taken back within this time was wrong. */
    private static final long LENGTH_NS = 10_000_000_000L;

    private long holdNs = HOLD_NS;
    private boolean underWay;
    private long beganNs;

    long holdNs() {
        return holdNs;
    }

    /** More is sent from now on. */
    void begin(long nowNs) {
        underWay = true;
        beganNs = nowNs;
    }

    /** It is still sent. */
    void goOn(long nowNs) {
        if (underWay && nowNs - beganNs >= LENGTH_NS) {
            forget();
        }
    }

    /** It is sent no more. */
    void takeBack(long nowNs) {
        goOn(nowNs);
        if (underWay) {
            holdNs = Math.min(2 * holdNs, MAX_HOLD_NS);
        }
        underWay = false;
    }

    /** What was learned holds no more. */
    void forget() {
        underWay = false;
        holdNs = HOLD_NS;
    }
}
