package dev.sluice.engine.dtls;

import static dev.sluice.engine.dtls.DtlsTesting.ALL;
import static dev.sluice.engine.dtls.DtlsTesting.CERTIFICATE;
import static dev.sluice.engine.dtls.DtlsTesting.assertSameKeys;
import static dev.sluice.engine.dtls.DtlsTesting.awaitNoThreads;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.dtls.DtlsEndpoint.State;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.TlsSigner;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same handshakes with libcrypto and with Bouncy Castle on the server's side; the client is always Bouncy Castle's. */
@ParameterizedClass
@EnumSource(Cryptos.class)
class HandshakeCryptoTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Parameter
    Cryptos crypto;

    @ParameterizedTest
    @ValueSource(ints = {NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1})
    void shouldAgreeOnKeysWhenTheClientHasOneGroupOnly(int group) throws IOException {
        DtlsTestClient client = new DtlsTestClient().groups(group);
        MemoryLink link = new MemoryLink(crypto.server(ALL, 1), client.fingerprint());
        assertSameKeys(link, client.handshake(link));
    }

    @ParameterizedTest
    @EnumSource(TestKey.class)
    void shouldAgreeOnKeysWhenTheClientsKeyIsOfAnyKindWeTake(TestKey key) throws IOException {
        DtlsTestClient client = new DtlsTestClient().key(key);
        MemoryLink link = new MemoryLink(crypto.server(ALL, 1), client.fingerprint());
        assertSameKeys(link, client.handshake(link));
    }

    @Test
    void shouldFailWhenTheClientsSignatureIsOfAnotherKey() {
        DtlsTestClient client = new DtlsTestClient(CERTIFICATE).crypto(new HandshakeCrypto(RANDOM) {
            @Override
            TlsSigner signer(AsymmetricKeyParameter privateKey) {
                TlsSigner right = super.signer(privateKey);
                return new TlsSigner() {
                    @Override
                    public byte[] generateRawSignature(SignatureAndHashAlgorithm algorithm, byte[] hash)
                            throws IOException {
                        byte[] other = hash.clone();
                        other[0] ^= 1;
                        return right.generateRawSignature(algorithm, other);
                    }

                    @Override
                    public TlsStreamSigner getStreamSigner(SignatureAndHashAlgorithm algorithm) {
                        return null;
                    }
                };
            }
        });
        assertFails(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "0400", "02", "zeros", "off the curve"})
    void shouldFailWhenTheClientsPointIsNone(String kind) {
        byte[] point =
                switch (kind) {
                    case "zeros" -> new byte[65];
                    case "off the curve" -> {
                        byte[] bytes = new byte[65];
                        Arrays.fill(bytes, (byte) 4);
                        yield bytes;
                    }
                    default -> HexFormat.of().parseHex(kind);
                };
        assertFails(new DtlsTestClient().groups(NamedGroup.secp256r1).crypto(withPublicValue(point)));
    }

    @Test
    void shouldFailWhenTheClientsX25519ValueGivesNoSecret() {
        assertFails(new DtlsTestClient().groups(NamedGroup.x25519).crypto(withPublicValue(new byte[32])));
    }

    @Test
    void shouldFreeEachKeyWhenManyHandshakesBreakOff() throws IOException {
        DtlsServer server = crypto.server(ALL, 64);
        for (int i = 0; i < 50; i++) {
            DtlsTestClient client = new DtlsTestClient();
            MemoryLink link = new MemoryLink(server, client.fingerprint());
            link.deliver(DtlsTesting.firstDatagram(client));
            link.endpoint.close();
        }
        awaitNoThreads(server);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA-256", "SHA-384", "SHA-512"})
    void shouldHashAsTheStandardSaysWhenCopiedHalfWay(String name) throws NoSuchAlgorithmException {
        int hash =
                switch (name) {
                    case "SHA-256" -> CryptoHashAlgorithm.sha256;
                    case "SHA-384" -> CryptoHashAlgorithm.sha384;
                    default -> CryptoHashAlgorithm.sha512;
                };
        byte[] text = new byte[1_000];
        RANDOM.nextBytes(text);
        try (HandshakeCrypto own = crypto.factory(CERTIFICATE).open()) {
            Digest first = own.createDigest(hash);
            first.update(text, 0, 500);
            Digest copy = own.cloneDigest(hash, first);
            first.update(text, 500, 500);
            copy.update(text[999]);
            byte[] out = new byte[first.getDigestSize()];
            assertEquals(out.length, first.doFinal(out, 0));
            assertArrayEquals(MessageDigest.getInstance(name).digest(text), out);
            copy.reset();
            copy.update(text, 0, text.length);
            assertEquals(out.length, copy.doFinal(out, 0));
            assertArrayEquals(MessageDigest.getInstance(name).digest(text), out);
        }
    }

    private void assertFails(DtlsTestClient client) {
        DtlsServer server = crypto.server(ALL, 1);
        MemoryLink link = new MemoryLink(server, client.fingerprint());
        assertThrows(IOException.class, () -> client.handshake(link));
        assertEquals(State.FAILED, link.await(State.FAILED));
        assertNull(link.endpoint.takeKeys());
        assertTrue(link.endpoint.failure() != null);
        awaitNoThreads(server);
    }

    /** A client that sends this instead of its public value. */
    private static HandshakeCrypto withPublicValue(byte[] value) {
        return new HandshakeCrypto(RANDOM) {
            @Override
            public TlsECDomain createECDomain(TlsECConfig config) {
                TlsECDomain right = super.createECDomain(config);
                return () -> new WrongAgreement(right.createECDH(), value);
            }
        };
    }

    private record WrongAgreement(TlsAgreement right, byte[] value) implements TlsAgreement {
        @Override
        public byte[] generateEphemeral() throws IOException {
            right.generateEphemeral();
            return value;
        }

        @Override
        public void receivePeerValue(byte[] peerValue) throws IOException {
            right.receivePeerValue(peerValue);
        }

        @Override
        public TlsSecret calculateSecret() throws IOException {
            return right.calculateSecret();
        }
    }
}
