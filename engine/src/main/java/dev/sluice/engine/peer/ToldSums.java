package dev.sluice.engine.peer;

import dev.sluice.engine.peer.PeerStats.Value;

/** What of a track's counts is in its peer's sums already: those go on when a track goes or has another source. Confined to one media loop. */
final class ToldSums {
    private long bytes;
    private long packets;
    private long lost;

    void tellBytes(long now, PeerStats sums) {
        sums.add(Value.BYTES, now - bytes);
        bytes = now;
    }

    void tellPackets(long packetsNow, long lostNow, PeerStats sums) {
        sums.add(Value.PACKETS, packetsNow - packets);
        sums.add(Value.LOST, lostNow - lost);
        packets = packetsNow;
        lost = lostNow;
    }

    /** Packets are counted from 0 again. */
    void onNewSource() {
        packets = 0;
        lost = 0;
    }
}
