package dev.sluice.signaling.metrics;

/** What is counted of each stream and of the server. Immutable. */
enum Sum {
    RECEIVED_PACKETS("received_packets", "RTP packets from publishers, without those that came again"),
    RECEIVED_BYTES("received_bytes", "Payload of RTP packets from publishers"),
    RECEIVED_LOST("received_lost_packets", "RTP packets from publishers that did not come, or came late"),
    RECEIVED_REPAIRED("received_repaired_packets", "Missing RTP packets from publishers that came after all"),
    RECEIVED_NACKED("received_nacked_packets", "RTP packets that publishers were asked to send again, each question"),
    RECEIVED_KEY_FRAMES("received_key_frame_requests", "Key frames that publishers were asked for"),
    SENT_PACKETS("sent_packets", "RTP packets to players, without those sent again"),
    SENT_BYTES("sent_bytes", "Payload of RTP packets to players"),
    SENT_LOST("sent_lost_packets", "RTP packets that players say they have not got"),
    SENT_AGAIN("sent_again_packets", "RTP packets that were sent to players again"),
    SENT_NACKED("sent_nacked_packets", "RTP packets that players asked for again, each question"),
    SENT_KEY_FRAMES("sent_key_frame_requests", "Key frames that players asked for"),
    STALLS("player_stalls", "Times that a player's picture stood still, by the players' own word"),
    STALLED("player_stall_seconds", "How long players' pictures stood still, by the players' own word");

    /** What a session's figures are added to, in the order of {@link SessionFigures}. */
    private static final Sum[] OF_PUBLISHER = {
        RECEIVED_PACKETS, RECEIVED_BYTES, RECEIVED_LOST, RECEIVED_REPAIRED, RECEIVED_NACKED, RECEIVED_KEY_FRAMES
    };

    private static final Sum[] OF_PLAYER = {
        SENT_PACKETS, SENT_BYTES, SENT_LOST, SENT_AGAIN, SENT_NACKED, SENT_KEY_FRAMES
    };

    private final String metric;
    private final String help;

    Sum(String metric, String help) {
        this.metric = metric;
        this.help = help;
    }

    String metric() {
        return metric;
    }

    String help() {
        return help;
    }

    static Sum[] of(boolean publisher) {
        return publisher ? OF_PUBLISHER : OF_PLAYER;
    }

    /** In the metric's unit; stalls are kept in milliseconds. */
    double inUnit(long value) {
        return this == STALLED ? value / 1000.0 : value;
    }
}
