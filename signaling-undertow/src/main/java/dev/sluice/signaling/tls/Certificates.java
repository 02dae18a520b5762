package dev.sluice.signaling.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that new TLS connections are shown: from PEM files, which are read again when they change, or self-signed. Files
 * that do not fit are refused and the former certificate goes on. Open connections keep what they have. Safe for many threads.
 */
public final class Certificates {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    private final List<InetAddress> addresses;
    private final SecureRandom random;
    private final SSLContext context;
    private final CurrentKey key;
    private Path certificateFile;
    private Path keyFile;
    private List<Stamp> seen;
    private boolean refused;
    private long changes;
    private long refusals;

    /** What tells that a file is another than before; a link that leads to another file, too. */
    private record Stamp(Object file, long bytes, Object modified) {
        static Stamp of(Path path) {
            try {
                BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
                return new Stamp(now.fileKey(), now.size(), now.lastModifiedTime());
            } catch (IOException e) {
                return new Stamp(null, -1, null);
            }
        }
    }

    /**
     * @param certificate PEM file with the chain, null: self-signed, made now and never written anywhere
     * @param key PEM file, null with {@code certificate}
     * @param addresses that a self-signed certificate names
     * @throws TlsException naming the file and what was expected of it
     */
    public Certificates(Path certificate, Path key, List<InetAddress> addresses, SecureRandom random)
            throws TlsException {
        this.addresses = List.copyOf(addresses);
        this.random = random;
        this.certificateFile = certificate;
        this.keyFile = key;
        this.seen = stamps();
        this.key = new CurrentKey(read());
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {this.key}, null, random);
        } catch (GeneralSecurityException e) {
            throw new TlsException("no TLS: " + e.getMessage());
        }
    }

    /**
     * Whether they would be taken.
     *
     * @param certificate null: self-signed
     * @throws TlsException naming the file and what was expected of it
     */
    public static void check(Path certificate, Path key) throws TlsException {
        if (certificate != null) {
            PemFiles.read(certificate, key);
        }
    }

    /** A self-signed one. */
    public static Certificates selfSigned(List<InetAddress> addresses, SecureRandom random) throws TlsException {
        return new Certificates(null, null, addresses, random);
    }

    public SSLContext context() {
        return context;
    }

    private List<Stamp> stamps() {
        return certificateFile == null ? List.of() : List.of(Stamp.of(certificateFile), Stamp.of(keyFile));
    }

    private TlsIdentity read() throws TlsException {
        if (certificateFile != null) {
            return PemFiles.read(certificateFile, keyFile);
        }
        try {
            return SelfSigned.create(List.of("localhost"), addresses, random, Instant.now());
        } catch (GeneralSecurityException e) {
            throw new TlsException("no self-signed certificate: " + e.getMessage());
        }
    }

    /** From these files from now on, as the constructor has it; looks at them in any case. */
    public synchronized void use(Path certificate, Path key) {
        if (!Objects.equals(certificate, certificateFile) || !Objects.equals(key, keyFile)) {
            certificateFile = certificate;
            keyFile = key;
            seen = null;
        }
        check();
    }

    /** Takes the files when they are others than before, or were refused: one may have been written before the other. */
    public synchronized void check() {
        List<Stamp> now = stamps();
        boolean same = now.equals(seen);
        if (same && !refused) {
            return;
        }
        seen = now;
        try {
            key.replace(read());
            refused = false;
            changes++;
            LOG.info("event=certificate_changed file={}", certificateFile);
        } catch (TlsException e) {
            refused = true;
            if (!same) {
                refusals++;
                LOG.warn("event=certificate_refused reason=\"{}\", the former one goes on", e.getMessage());
            }
        }
    }

    /** Looks at the files now and then as long as the process lives: certbot renews them in place. */
    public void watch(Duration every) {
        Thread.ofVirtual().name("certificates").start(() -> {
            try {
                while (true) {
                    Thread.sleep(every);
                    check();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** So often another certificate was taken. */
    public synchronized long changes() {
        return changes;
    }

    /** So often files were refused. */
    public synchronized long refusals() {
        return refusals;
    }
}
