package dev.sluice.signaling.diagnose;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The file as it comes together: texts in a zip. Confined to one thread. */
final class Report {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8);

    /** A part that cannot be had says why in its place. */
    void add(String name, Callable<String> part) {
        String text;
        try {
            text = part.call();
        } catch (Exception e) {
            text = "could not be collected: " + e + "\n";
        }
        try {
            zip.putNextEntry(new ZipEntry("sluice-diagnose/" + name));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException("into memory", e);
        }
    }

    /** Nothing is added after this. */
    byte[] bytes() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new UncheckedIOException("into memory", e);
        }
        return bytes.toByteArray();
    }
}
