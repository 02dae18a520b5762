package dev.sluice.engine.stun;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The STUN datagrams that real clients sent to a server, with that server's credentials.
 *
 * @param name the capture's file
 */
public record StunWire(String name, String serverUfrag, String serverPassword, List<byte[]> datagrams) {
    private static final Pattern CREDENTIALS = Pattern.compile("ice-ufrag (\\S+) ice-pwd (\\S+)");

    /** All captures. */
    public static List<StunWire> all() {
        try (Stream<Path> files =
                Files.list(Path.of(StunWire.class.getResource("/wire").toURI()))) {
            return files.filter(file -> file.toString().endsWith(".datagrams"))
                    .sorted()
                    .map(StunWire::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The Binding requests of this capture. */
    public List<byte[]> requests() {
        return datagrams.stream().filter(d -> d[0] == 0 && d[1] == 1).toList();
    }

    private static StunWire read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            Matcher credentials = CREDENTIALS.matcher(lines.getFirst());
            if (!credentials.find()) {
                throw new IllegalStateException(file + " has no credentials");
            }
            List<byte[]> datagrams = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.split(" ", -1);
                if (fields[1].equals("stun")) {
                    datagrams.add(HexFormat.of().parseHex(fields[2]));
                }
            }
            return new StunWire(file.getFileName().toString(), credentials.group(1), credentials.group(2), datagrams);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
