package dev.sluice.engine.peer;

/** How long a peer may take for each step on its way to keys, and which one it is at. Confined to one media loop. */
final class SetUpTime {
    /** For the remote's answer to our offer: nobody has to be asked for permission to play. */
    private static final long ANSWER_NS = 10_000_000_000L;
    /** From the exchange of SDP to the first authenticated check. */
    private static final long ICE_NS = 10_000_000_000L;
    /** From the first valid pair to the end of the handshake, the wait for its turn not counted. */
    private static final long DTLS_NS = 10_000_000_000L;

    private boolean hasRemote;
    private boolean hasValidPair;
    private long startedNs;
    private long validPairNs;

    SetUpTime(long nowNs) {
        startedNs = nowNs;
    }

    /** Both sides' SDP is exchanged. Checks may have come before: the time for DTLS begins now. */
    void onRemote(long nowNs) {
        hasRemote = true;
        startedNs = nowNs;
        validPairNs = nowNs;
    }

    /** A check was authenticated; whether it is the first. */
    boolean onCheck(long nowNs) {
        if (hasValidPair) {
            return false;
        }
        hasValidPair = true;
        validPairNs = nowNs;
        return true;
    }

    /** @param waitedNs what the handshake has waited for its turn */
    long deadlineNs(long waitedNs) {
        if (!hasRemote) {
            return startedNs + ANSWER_NS;
        }
        return hasValidPair ? validPairNs + DTLS_NS + waitedNs : startedNs + ICE_NS;
    }

    /** What it is when the deadline has passed. */
    PeerEnd timeout() {
        return hasValidPair && hasRemote ? PeerEnd.DTLS_FAILED : PeerEnd.ICE_TIMEOUT;
    }
}
