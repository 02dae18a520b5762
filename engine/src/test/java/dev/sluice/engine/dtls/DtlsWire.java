package dev.sluice.engine.dtls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The DTLS datagrams that real clients sent to a DTLS server.
 *
 * @param name the capture's file
 */
record DtlsWire(String name, List<byte[]> datagrams) {

    /** All captures with DTLS of the client in them. */
    static List<DtlsWire> all() {
        try (Stream<Path> files =
                Files.list(Path.of(DtlsWire.class.getResource("/wire").toURI()))) {
            return files.filter(file -> file.toString().endsWith(".datagrams"))
                    .sorted()
                    .map(DtlsWire::read)
                    .filter(wire -> !wire.datagrams.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static DtlsWire read(Path file) {
        try {
            List<byte[]> datagrams = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.split(" ", -1);
                if (fields[1].equals("dtls")) {
                    datagrams.add(HexFormat.of().parseHex(fields[2]));
                }
            }
            return new DtlsWire(file.getFileName().toString(), datagrams);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
