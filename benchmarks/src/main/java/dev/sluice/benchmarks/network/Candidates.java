package dev.sluice.benchmarks.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Addresses in descriptions: the relay puts its own in place of the server's, and hides the client's. Immutable. */
final class Candidates {
    private static final String CANDIDATE = "a=candidate:";
    private static final int TRANSPORT = 2;
    private static final int ADDRESS = 4;
    private static final int PORT = 5;
    private static final int WORDS = 8;

    private Candidates() {}

    /** Where a description wants UDP to go; IPv4 first. */
    static InetSocketAddress server(String sdp) throws IOException {
        InetSocketAddress other = null;
        for (String line : sdp.split("\r?\n", -1)) {
            if (isUdp(line)) {
                String[] words = line.split(" ", -1);
                InetSocketAddress found = new InetSocketAddress(words[ADDRESS], Integer.parseInt(words[PORT]));
                if (!words[ADDRESS].contains(":")) {
                    return found;
                }
                other = found;
            }
        }
        if (other == null) {
            throw new IOException("the answer has no UDP candidate");
        }
        return other;
    }

    /** The description without any address, so that a server can reach its author only by answering. */
    static String hidden(String sdp) {
        return replaced(sdp, "");
    }

    /** The description with the relay's address alone. */
    static String relayed(String sdp, InetSocketAddress relay) {
        return replaced(
                sdp,
                CANDIDATE + "1 1 udp 2130706431 " + relay.getAddress().getHostAddress() + " " + relay.getPort()
                        + " typ host");
    }

    /** Each section's first candidate becomes the line given, if there is one; all others go. */
    private static String replaced(String sdp, String line) {
        List<String> lines = new ArrayList<>();
        boolean isFirst = true;
        for (String each : sdp.split("\r?\n", -1)) {
            if (each.startsWith("m=")) {
                isFirst = true;
            }
            if (!each.startsWith(CANDIDATE)) {
                lines.add(each);
            } else if (isFirst && !line.isEmpty()) {
                lines.add(line);
                isFirst = false;
            }
        }
        return String.join("\r\n", lines);
    }

    private static boolean isUdp(String line) {
        String[] words = line.split(" ", -1);
        return line.startsWith(CANDIDATE) && words.length >= WORDS && words[TRANSPORT].equalsIgnoreCase("udp");
    }
}
