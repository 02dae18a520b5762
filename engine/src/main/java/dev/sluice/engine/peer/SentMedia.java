package dev.sluice.engine.peer;

/**
 * Which packets of a track left under which transport-wide number, first and again, on a way that loses some: so what feedback
 * passes over can be sent again though the player's NACK was lost too. 3 KiB. Confined to one media loop.
 */
final class SentMedia {
    /** A second of 4 Mbit/s; feedback comes ten times as often. */
    private static final int PACKETS = 1 << 9;

    private static final int COPIES = 1 << 8;

    /** Transport-wide number, then RTP's, by the low bits of the first. */
    private final int[] sent = new int[PACKETS];
    /** RTP number, then the transport-wide one of what was sent again last, by the low bits of the first. */
    private final int[] newestCopy = new int[COPIES];

    SentMedia() {
        // Numbers that these places never hold.
        for (int i = 0; i < PACKETS; i++) {
            sent[i] = i + 1 << 16;
        }
        for (int i = 0; i < COPIES; i++) {
            newestCopy[i] = i + 1 << 16;
        }
    }

    /**
     * @param transport 16 bits
     * @param sequence of RTP, 16 bits
     */
    void onSent(int transport, int sequence) {
        sent[transport & PACKETS - 1] = transport << 16 | sequence;
    }

    /** As {@link #onSent}, of a packet that was sent before. */
    void onSentAgain(int transport, int sequence) {
        onSent(transport, sequence);
        newestCopy[sequence & COPIES - 1] = sequence << 16 | transport;
    }

    /** What left under this number arrived: whatever else of the same packet is on its way need not. */
    void onArrived(int transport) {
        int entry = sent[transport & PACKETS - 1];
        int copy = newestCopy[entry & COPIES - 1];
        if (entry >>> 16 == transport && copy >>> 16 == (entry & 0xffff)) {
            newestCopy[entry & COPIES - 1] = copy & 0xffff_0000 | transport;
        }
    }

    /**
     * RTP's number of what is missing when this transport-wide one is; −1 when that is no media or long ago, or when the same packet
     * was sent again since, or has arrived under another number.
     */
    int lostBy(int transport) {
        int entry = sent[transport & PACKETS - 1];
        if (entry >>> 16 != transport) {
            return -1;
        }
        int sequence = entry & 0xffff;
        int copy = newestCopy[sequence & COPIES - 1];
        return copy >>> 16 == sequence && (copy & 0xffff) != transport ? -1 : sequence;
    }
}
