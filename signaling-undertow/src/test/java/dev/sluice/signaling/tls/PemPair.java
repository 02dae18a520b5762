package dev.sluice.signaling.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** A certificate and its key, to be written as PEM files. Immutable. */
public final class PemPair {
    private final TlsIdentity identity;

    private PemPair(TlsIdentity identity) {
        this.identity = identity;
    }

    public static PemPair create() throws GeneralSecurityException {
        return new PemPair(SelfSigned.create(List.of("localhost"), List.of(), new SecureRandom(), Instant.now()));
    }

    public void writeCertificate(Path file) throws IOException, GeneralSecurityException {
        replace(file, "CERTIFICATE", identity.chain().getFirst().getEncoded());
    }

    public void writeKey(Path file) throws IOException {
        replace(file, "PRIVATE KEY", identity.key().getEncoded());
    }

    /** As certbot does: another file in its place, so that it is another however coarse the clock of the file system. */
    private static void replace(Path file, String label, byte[] der) throws IOException {
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label + "-----\n";
        Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
