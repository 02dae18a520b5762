package dev.sluice.engine.record;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * What stands at the beginning of a recording. Immutable.
 *
 * @param facts for the replay, by name
 * @param comments for the reader: what was recorded, the SDP
 * @param clockOffsetNs from the loops' time to the time since 1970
 * @param localAddresses by the index that a remote address has of its local one
 * @param localPorts of the publisher's and the player's loop
 */
public record RecordingHead(
        Map<String, String> facts,
        List<String> comments,
        long clockOffsetNs,
        List<InetAddress> localAddresses,
        List<Integer> localPorts) {

    static final String CLOCK_OFFSET = "clock-offset-ns";
    static final String VERSION = "version";
    /** Goes up when an older replay would misread a file. */
    static final String THIS_VERSION = "2";
}
