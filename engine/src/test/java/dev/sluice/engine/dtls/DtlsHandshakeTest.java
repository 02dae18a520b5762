package dev.sluice.engine.dtls;

import static dev.sluice.engine.dtls.DtlsTesting.ALL;
import static dev.sluice.engine.dtls.DtlsTesting.CERTIFICATE;
import static dev.sluice.engine.dtls.DtlsTesting.OTHER;
import static dev.sluice.engine.dtls.DtlsTesting.assertRefused;
import static dev.sluice.engine.dtls.DtlsTesting.assertSameKeys;
import static dev.sluice.engine.dtls.DtlsTesting.encodedOf;
import static dev.sluice.engine.dtls.DtlsTesting.firstDatagram;
import static dev.sluice.engine.dtls.DtlsTesting.replaceSuites;
import static dev.sluice.engine.dtls.DtlsTesting.runAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.dtls.DtlsEndpoint.State;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole handshakes in memory with Bouncy Castle's client. */
@ParameterizedClass
@EnumSource(Cryptos.class)
class DtlsHandshakeTest {
    @Parameter
    Cryptos crypto;

    private DtlsServer server;
    private final DtlsTestClient client = new DtlsTestClient();

    @BeforeEach
    void open() {
        server = crypto.server(ALL, 64);
    }

    private MemoryLink link() {
        return new MemoryLink(server, client.fingerprint());
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void shouldGiveBothSidesTheSameKeysWhenTheClientOffersOneProfile(SrtpProfile profile) throws IOException {
        MemoryLink link = link();
        SrtpKeys theirs =
                client.profiles(profile).expectServer(CERTIFICATE.fingerprint()).handshake(link);
        assertEquals(profile, theirs.profile());
        assertSameKeys(link, theirs);
        assertEquals(profile.keyLengthBytes(), theirs.localKey().length);
        assertEquals(profile.saltLengthBytes(), theirs.localSalt().length);
        assertFalse(Arrays.equals(theirs.localKey(), theirs.remoteKey()));
        assertNull(link.endpoint.takeKeys(), "keys are given once");
        assertNull(link.endpoint.failure());
    }

    @Test
    void shouldChooseOurFirstProfileWhenTheClientHasAnotherOrder() throws IOException {
        // Chromium 156 offers them in this order.
        SrtpKeys keys = client.profiles(
                        SrtpProfile.AES_CM_128_HMAC_SHA1_80, SrtpProfile.AEAD_AES_256_GCM, SrtpProfile.AEAD_AES_128_GCM)
                .handshake(link());
        assertEquals(SrtpProfile.AEAD_AES_128_GCM, keys.profile());
    }

    @Test
    void shouldChooseOnlyWhatSrtpCanDoWhenTheClientOffersMore() throws IOException {
        DtlsServer withoutGcm =
                crypto.server(EnumSet.of(SrtpProfile.AES_CM_128_HMAC_SHA1_32, SrtpProfile.AES_CM_128_HMAC_SHA1_80), 1);
        SrtpKeys keys = client.handshake(new MemoryLink(withoutGcm, client.fingerprint()));
        assertEquals(SrtpProfile.AES_CM_128_HMAC_SHA1_80, keys.profile());
    }

    @Test
    void shouldNeedTwoDatagramsOnlyWhenNothingIsLost() throws IOException {
        MemoryLink link = link();
        client.handshake(link);
        assertEquals(2, link.received.size());
        assertTrue(link.received.stream().allMatch(datagram -> datagram.length <= DtlsServer.MAX_DATAGRAM_BYTES));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 100, 256, 600})
    void shouldSucceedWhenTheClientSendsSmallFragments(int maxDatagramBytes) throws IOException {
        MemoryLink link = link();
        assertSameKeys(link, client.maxDatagramBytes(maxDatagramBytes).handshake(link));
    }

    @Test
    void shouldSucceedWhenTheNetworkLosesDoublesAndReorders() throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        for (long seed = 1; seed <= 24; seed++) {
            long chosen = seed;
            runs.add(() -> {
                DtlsTestClient own = new DtlsTestClient().maxDatagramBytes(chosen % 2 == 0 ? 256 : 1_200);
                MemoryLink link = new MemoryLink(server, chosen, 0.1, own.fingerprint());
                try {
                    SrtpKeys theirs = own.handshake(link);
                    assertEquals(State.CONNECTED, link.await(State.CONNECTED));
                    assertSameKeys(link, theirs);
                } catch (IOException | AssertionError e) {
                    throw new AssertionError("seed " + chosen + ": " + link.endpoint.failure(), e);
                }
                return null;
            });
        }
        runAll(runs);
    }

    @Test
    void shouldInstallNoKeysWhenTheFingerprintIsAnother() {
        MemoryLink link = new MemoryLink(server, OTHER.fingerprint());
        assertThrows(IOException.class, () -> client.handshake(link));
        assertEquals(State.FAILED, link.await(State.FAILED));
        assertEquals("the client's certificate does not match a=fingerprint", link.endpoint.failure());
        assertNull(link.endpoint.takeKeys());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-256", "sha-384", "sha-512"})
    void shouldConnectWhenOneOfTheFingerprintsMatches(String algorithm) throws IOException {
        DtlsTestClient own = new DtlsTestClient(OTHER);
        byte[] encoded = encodedOf(OTHER);
        MemoryLink link = new MemoryLink(
                server, CERTIFICATE.fingerprint(), Fingerprint.of(algorithm, encoded), client.fingerprint());
        assertSameKeys(link, own.handshake(link));
    }

    @Test
    void shouldFailWhenTheClientHasNoCertificate() {
        MemoryLink link = link();
        assertThrows(IOException.class, () -> client.withoutCertificate().handshake(link));
        assertEquals(State.FAILED, link.await(State.FAILED));
        assertEquals("the client has no certificate", link.endpoint.failure());
    }

    @Test
    void shouldStaySilentAndTakeAGoodHelloWhenABadOneCameBefore() throws IOException {
        MemoryLink link = link();
        byte[] noSrtp = firstDatagram(new DtlsTestClient().profiles());
        byte[] noMasterSecret = firstDatagram(new DtlsTestClient().withoutExtendedMasterSecret());
        byte[] noSuite = firstDatagram(new DtlsTestClient());
        replaceSuites(noSuite);
        byte[] garbage = firstDatagram(new DtlsTestClient());
        Arrays.fill(garbage, 25, garbage.length, (byte) 0xa5);

        assertRefused(link, noSrtp, "the client offers no use_srtp");
        assertRefused(link, noMasterSecret, "Extended Master Secret");
        assertRefused(link, noSuite, "no cipher suite");
        assertRefused(link, garbage, "");

        assertSameKeys(link, client.handshake(link));
        assertNull(link.endpoint.failure());
    }

    @Test
    void shouldRefuseTheHelloWhenNoProfileIsInCommon() throws IOException {
        DtlsServer gcmOnly = crypto.server(EnumSet.of(SrtpProfile.AEAD_AES_256_GCM), 1);
        MemoryLink link = new MemoryLink(gcmOnly, client.fingerprint());
        byte[] hello = firstDatagram(new DtlsTestClient().profiles(SrtpProfile.AES_CM_128_HMAC_SHA1_80));
        assertRefused(link, hello, "no SRTP profile in common");
    }

    @Test
    void shouldGoOnUntouchedWhenAnotherHelloComesInTheMiddle() throws IOException {
        byte[] foreign = firstDatagram(new DtlsTestClient());
        MemoryLink link = link();
        SrtpKeys theirs = client.handshake(new DtlsTestClient.Link() {
            @Override
            public void send(byte[] datagram) {
                link.send(datagram);
                link.deliver(foreign);
            }

            @Override
            public byte[] receive(int timeoutMillis) {
                return link.receive(timeoutMillis);
            }
        });
        assertSameKeys(link, theirs);
        assertEquals(DropReason.DTLS_NOT_EXPECTED.code(), link.deliver(foreign), "a hello after the handshake");
        assertEquals(State.CONNECTED, link.endpoint.state());
    }

    @Test
    void shouldGoOnUntouchedWhenForgedPlaintextIsMixedIn() throws IOException {
        byte[] fatalAlert = {21, (byte) 0xfe, (byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
        byte[] cipherChange = {20, (byte) 0xfe, (byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 1};
        byte[] junkFinished = new byte[61];
        System.arraycopy(new byte[] {22, (byte) 0xfe, (byte) 0xfd, 0, 1}, 0, junkFinished, 0, 5);
        junkFinished[12] = 48;
        MemoryLink link = link();
        SrtpKeys theirs = client.maxDatagramBytes(100).handshake(new DtlsTestClient.Link() {
            @Override
            public void send(byte[] datagram) {
                link.deliver(fatalAlert);
                link.deliver(cipherChange);
                link.deliver(junkFinished);
                link.send(datagram);
            }

            @Override
            public byte[] receive(int timeoutMillis) {
                return link.receive(timeoutMillis);
            }
        });
        assertSameKeys(link, theirs);
    }

    @Test
    void shouldSendItsLastFlightAgainWhenTheClientsFinishedComesAgain() throws IOException {
        MemoryLink link = link();
        SrtpKeys theirs = client.handshake(new DtlsTestClient.Link() {
            private int changes;

            @Override
            public void send(byte[] datagram) {
                if (datagram[0] == 20 && changes++ == 0) {
                    link.loseFromServer = 2; // Our answer to the client's second flight, and the first resend.
                }
                link.send(datagram);
            }

            @Override
            public byte[] receive(int timeoutMillis) {
                return link.receive(timeoutMillis);
            }
        });
        long cipherChanges =
                link.sent.stream().filter(datagram -> datagram[0] == 20).count();
        assertEquals(3, cipherChanges, "flights of the client");
        assertEquals(0, link.loseFromServer);
        assertSameKeys(link, theirs);
    }
}
