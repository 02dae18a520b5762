package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which library a running server encrypts with, from the libraries mapped into its processes: the same libsrtp is several times
 * slower on NSS than on OpenSSL. Immutable.
 *
 * @param name for a table
 * @param onNss whether it is libsrtp on NSS
 */
record SrtpBackend(String name, boolean onNss) {
    /** Of a server without such a library of its own. */
    static final String BUILT_IN = "built in";

    private static final int MAPS_PATH_COLUMN = 6;

    static SrtpBackend of(List<Long> pids) throws IOException {
        Set<String> libraries = new TreeSet<>();
        for (long pid : pids) {
            libraries.addAll(mapped(Path.of("/proc", Long.toString(pid), "maps")));
        }
        return ofLibraries(libraries);
    }

    /** By what a libsrtp itself asks the loader for: its process may have NSS or OpenSSL for other reasons. */
    static SrtpBackend ofLibraries(Set<String> libraries) throws IOException {
        for (String library : libraries) {
            if (fileName(library).startsWith("libsrtp")) {
                String bytes = new String(Files.readAllBytes(Path.of(library)), StandardCharsets.ISO_8859_1);
                if (bytes.contains("libnss3.so")) {
                    return new SrtpBackend("libsrtp on NSS", true);
                }
                String backend = bytes.contains("libcrypto.so") ? "OpenSSL" : "its own ciphers";
                return new SrtpBackend("libsrtp on " + backend, false);
            }
        }
        for (String library : libraries) {
            if (fileName(library).startsWith("libcrypto.so")) {
                return new SrtpBackend("OpenSSL's " + fileName(library), false);
            }
        }
        return new SrtpBackend(BUILT_IN, false);
    }

    private static Set<String> mapped(Path maps) throws IOException {
        Set<String> paths = new TreeSet<>();
        for (String line : Files.readAllLines(maps)) {
            String[] columns = line.split("\\s+", MAPS_PATH_COLUMN);
            if (columns.length == MAPS_PATH_COLUMN && columns[MAPS_PATH_COLUMN - 1].startsWith("/")) {
                paths.add(columns[MAPS_PATH_COLUMN - 1].strip());
            }
        }
        return paths;
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
