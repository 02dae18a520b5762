package dev.sluice.signaling.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a certificate chain and its key from PEM files (RFC 7468). Immutable. */
final class PemFiles {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private PemFiles() {}

    /** @throws TlsException naming the file and what was expected of it */
    static TlsIdentity read(Path certificateFile, Path keyFile) throws TlsException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Block block : blocks(certificateFile)) {
            if (block.label.equals("CERTIFICATE")) {
                chain.add(certificate(certificateFile, block.der));
            }
        }
        if (chain.isEmpty()) {
            throw new TlsException(certificateFile + ": expected a block BEGIN CERTIFICATE");
        }
        for (Block block : blocks(keyFile)) {
            if (block.label.endsWith("PRIVATE KEY")) {
                PublicKey publicKey = chain.getFirst().getPublicKey();
                PrivateKey key = key(keyFile, block, publicKey);
                if (!belongs(key, publicKey)) {
                    throw new TlsException(keyFile + ": the key does not belong to the certificate " + certificateFile);
                }
                return new TlsIdentity(key, List.copyOf(chain));
            }
        }
        throw new TlsException(keyFile + ": expected a block BEGIN PRIVATE KEY");
    }

    private record Block(String label, byte[] der) {}

    private static List<Block> blocks(Path file) throws TlsException {
        List<Block> blocks = new ArrayList<>();
        try {
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new TlsException(file + ": cannot be read as PEM");
        }
        return blocks;
    }

    private static X509Certificate certificate(Path file, byte[] der) throws TlsException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new TlsException(file + ": a block BEGIN CERTIFICATE is not an X.509 certificate");
        }
    }

    private static PrivateKey key(Path file, Block block, PublicKey publicKey) throws TlsException {
        byte[] pkcs8 =
                switch (block.label) {
                    case "PRIVATE KEY" -> block.der;
                    case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrap(block.der, publicKey);
                    default ->
                        throw new TlsException(file + ": expected a key without a passphrase, found " + block.label);
                };
        try {
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new TlsException(file + ": expected the " + publicKey.getAlgorithm() + " key of the certificate");
        }
    }

    /**
     * OpenSSL's traditional key in its algorithm-independent wrapping (RFC 5208). The algorithm, with an EC key's curve, is the
     * first element of the public key's encoding (RFC 5280 section 4.1).
     */
    private static byte[] wrap(byte[] key, PublicKey publicKey) {
        byte[] encoded = publicKey.getEncoded();
        int start = encoded[1] >= 0 ? 2 : 2 + (encoded[1] & 0x7f);
        byte[] algorithm = Arrays.copyOfRange(encoded, start, start + 2 + encoded[start + 1]);
        return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.octets(key));
    }

    private static boolean belongs(PrivateKey key, PublicKey publicKey) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> key.getAlgorithm();
                };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(new byte[32]);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(new byte[32]);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
