package dev.sluice.signaling.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The API's own description, an OpenAPI document. Immutable. */
final class Document {
    static final String TEXT = read();

    private Document() {}

    private static String read() {
        try (InputStream in = Document.class.getResourceAsStream("openapi.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
