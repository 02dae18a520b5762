package dev.sluice.engine.threats;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Datagrams that real clients sent, from wire/. Stateless. */
final class Captures {
    private Captures() {}

    /** Of one kind: stun, dtls, rtp or rtcp. */
    static List<byte[]> datagrams(String name, String kind) {
        List<byte[]> found = new ArrayList<>();
        for (String line : text(name + ".datagrams").lines().skip(1).toList()) {
            String[] fields = line.split(" ", -1);
            if (fields[1].equals(kind)) {
                found.add(HexFormat.of().parseHex(fields[2]));
            }
        }
        return found;
    }

    static String sdp(String name) {
        return text(name + ".sdp");
    }

    private static String text(String file) {
        try (InputStream in = Captures.class.getResourceAsStream("/wire/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
