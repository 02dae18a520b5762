package dev.sluice.engine.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The ports that work here, for tests that all must pass. Stateless. */
final class Ports {
    private Ports() {}

    /** {@code nio}, and {@code batch} where it works. */
    static List<String> options() {
        List<String> options = new ArrayList<>(List.of("nio"));
        try {
            options.add(IoChoice.of("batch").option());
        } catch (IOException e) {
            // Not Linux: the other is what there is.
        }
        return options;
    }

    static boolean batchWorks() {
        return options().contains("batch");
    }

    /** A port on a free number at these addresses. */
    static DatagramPort open(String option, String... addresses) throws IOException {
        List<InetAddress> parsed = new ArrayList<>();
        for (String address : addresses) {
            parsed.add(InetAddress.getByName(address));
        }
        return IoChoice.of(option).open(parsed, 0);
    }

    static boolean hasIpv6() {
        return LocalAddresses.all().stream().anyMatch(address -> address.getAddress().length == 16);
    }
}
