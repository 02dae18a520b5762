package dev.sluice.engine.dtls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.dtls.DtlsEndpoint.State;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole handshakes in memory with Bouncy Castle's client. */
class DtlsHandshakeTest {
    private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate(new SecureRandom());
    private static final DtlsCertificate OTHER = DtlsCertificate.generate(new SecureRandom());
    private static final Set<SrtpProfile> ALL = EnumSet.allOf(SrtpProfile.class);

    private final DtlsServer server = new DtlsServer(CERTIFICATE, new SecureRandom(), ALL, 64);
    private final DtlsTestClient client = new DtlsTestClient();

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
        DtlsServer withoutGcm = new DtlsServer(
                CERTIFICATE,
                new SecureRandom(),
                EnumSet.of(SrtpProfile.AES_CM_128_HMAC_SHA1_32, SrtpProfile.AES_CM_128_HMAC_SHA1_80),
                1);
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
        DtlsServer gcmOnly =
                new DtlsServer(CERTIFICATE, new SecureRandom(), EnumSet.of(SrtpProfile.AEAD_AES_256_GCM), 1);
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
            @Override
            public void send(byte[] datagram) {
                if (datagram[0] == 20 && datagram[10] == 5) {
                    link.loseFromServer = 2; // Our answer to the client's second flight, and the first resend.
                }
                link.send(datagram);
            }

            @Override
            public byte[] receive(int timeoutMillis) {
                return link.receive(timeoutMillis);
            }
        });
        assertEquals(0, link.loseFromServer);
        assertSameKeys(link, theirs);
    }

    @Test
    void shouldAnswerCloseNotifyWhenTheClientCloses() throws IOException {
        MemoryLink link = link();
        client.handshake(link);
        link.await(State.CONNECTED);
        client.close();
        assertEquals(State.CLOSED, link.await(State.CLOSED));
        assertEquals("the remote closed", link.endpoint.failure());
        assertTrue(client.awaitCloseNotify(5_000));
        assertNull(link.endpoint.takeKeys());
    }

    @Test
    void shouldSendCloseNotifyOnceWhenTheOwnerCloses() throws IOException {
        MemoryLink link = link();
        client.handshake(link);
        link.await(State.CONNECTED);
        link.endpoint.close();
        link.endpoint.close();
        assertEquals(State.CLOSED, link.endpoint.state());
        assertTrue(client.awaitCloseNotify(5_000));
        assertNull(link.receive(50));
    }

    @Test
    void shouldIgnoreApplicationDataAndForgedRecordsWhenConnected() throws IOException {
        MemoryLink link = link();
        client.handshake(link);
        link.await(State.CONNECTED);
        client.sendApplicationData(new byte[100]);
        byte[] data = link.sent.getLast();
        assertEquals(DropReason.DTLS_NOT_EXPECTED.code(), link.deliver(data));
        byte[] forgedAlert = new byte[39];
        System.arraycopy(
                new byte[] {21, (byte) 0xfe, (byte) 0xfd, 0, 1, 0, 0, 0, 0, 0, 99, 0, 26}, 0, forgedAlert, 0, 13);
        for (int i = 0; i < 1_000; i++) {
            link.deliver(forgedAlert);
        }
        awaitNoThreads(server);
        assertEquals(State.CONNECTED, link.endpoint.state());
        client.close();
        assertEquals(State.CLOSED, link.await(State.CLOSED));
    }

    @Test
    void shouldLetOthersWaitAndSucceedWhenAsManyHandshakesRunAsMay() throws Exception {
        DtlsServer two = new DtlsServer(CERTIFICATE, new SecureRandom(), ALL, 2);
        MemoryLink stuck = new MemoryLink(two, client.fingerprint());
        MemoryLink stuckToo = new MemoryLink(two, client.fingerprint());
        MemoryLink third = new MemoryLink(two, client.fingerprint());
        byte[] hello = firstDatagram(new DtlsTestClient());
        assertEquals(0, stuck.deliver(hello));
        assertEquals(0, stuckToo.deliver(hello));
        assertEquals(DropReason.DTLS_TOO_MANY_HANDSHAKES.code(), third.deliver(hello));
        assertEquals(State.WAITING, third.endpoint.state());
        stuck.endpoint.close();
        awaitThreads(two, 1);
        assertSameKeys(third, client.handshake(third));
        stuckToo.endpoint.close();
        awaitNoThreads(two);

        List<Callable<Void>> runs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            runs.add(() -> {
                DtlsTestClient own = new DtlsTestClient();
                MemoryLink link = new MemoryLink(two, own.fingerprint());
                assertSameKeys(link, own.handshake(link));
                return null;
            });
        }
        runAll(runs);
    }

    @Test
    void shouldLeaveNoThreadWhenThousandsOfEndpointsCome() throws Exception {
        DtlsServer own = new DtlsServer(CERTIFICATE, new SecureRandom(), ALL, 5_000);
        byte[] hello = firstDatagram(new DtlsTestClient());
        List<MemoryLink> links = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            MemoryLink link = new MemoryLink(own, client.fingerprint());
            if (i % 3 != 0) {
                link.deliver(hello);
            }
            links.add(link);
        }
        for (MemoryLink link : links) {
            link.endpoint.close();
            link.endpoint.close();
        }
        awaitNoThreads(own);
        for (MemoryLink link : links) {
            assertEquals(State.CLOSED, link.endpoint.state());
            assertEquals(DropReason.DTLS_NOT_EXPECTED.code(), link.deliver(hello));
        }
        assertSameKeysAfterHandshake(own);
    }

    @Test
    void shouldHoldNoThreadWhenConnected() throws Exception {
        DtlsServer own = new DtlsServer(CERTIFICATE, new SecureRandom(), ALL, 4);
        List<MemoryLink> links = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            MemoryLink link = new MemoryLink(own, client.fingerprint());
            new DtlsTestClient().handshake(link);
            links.add(link);
        }
        awaitNoThreads(own);
        links.forEach(link -> assertEquals(State.CONNECTED, link.await(State.CONNECTED)));
    }

    @Test
    void shouldWorkAfterwardsWhenWarmedUp() throws Exception {
        server.warmUp();
        awaitNoThreads(server);
        assertSameKeysAfterHandshake(server);
    }

    @Test
    void shouldTakeNoHelloWhenTheServerIsClosed() throws IOException {
        byte[] hello = firstDatagram(new DtlsTestClient());
        MemoryLink link = link();
        server.close();
        assertEquals(DropReason.DTLS_TOO_MANY_HANDSHAKES.code(), link.deliver(hello));
    }

    private void assertSameKeysAfterHandshake(DtlsServer any) throws IOException {
        MemoryLink link = new MemoryLink(any, client.fingerprint());
        assertSameKeys(link, new DtlsTestClient().handshake(link));
    }

    private static void assertSameKeys(MemoryLink link, SrtpKeys theirs) {
        assertEquals(State.CONNECTED, link.await(State.CONNECTED));
        SrtpKeys ours = link.endpoint.takeKeys();
        assertNotNull(ours);
        assertEquals(theirs.profile(), ours.profile());
        assertArrayEquals(theirs.localKey(), ours.remoteKey());
        assertArrayEquals(theirs.localSalt(), ours.remoteSalt());
        assertArrayEquals(theirs.remoteKey(), ours.localKey());
        assertArrayEquals(theirs.remoteSalt(), ours.localSalt());
    }

    /** Sent nothing, took it for no failure, and says why. */
    private static void assertRefused(MemoryLink link, byte[] hello, String reason) {
        assertEquals(0, link.deliver(hello));
        assertEquals(State.WAITING, link.await(State.WAITING));
        assertTrue(link.endpoint.failure().contains(reason), link.endpoint.failure());
        byte[] room = new byte[DtlsServer.MAX_DATAGRAM_BYTES];
        assertEquals(0, link.endpoint.pollOutbound(MemorySegment.ofArray(room), 0, room.length));
    }

    /** A client's hello, taken away from it. */
    private static byte[] firstDatagram(DtlsTestClient client) throws IOException {
        List<byte[]> sent = new ArrayList<>();
        assertThrows(
                IOException.class,
                () -> client.handshake(new DtlsTestClient.Link() {
                    @Override
                    public void send(byte[] datagram) {
                        sent.add(datagram);
                    }

                    @Override
                    public byte[] receive(int timeoutMillis) throws IOException {
                        throw new IOException("enough");
                    }
                }));
        return sent.getFirst();
    }

    /** TLS_NULL_WITH_NULL_NULL in the place of all. */
    private static void replaceSuites(byte[] hello) {
        int at = 13 + 12 + 2 + 32;
        at += 1 + hello[at];
        at += 1 + hello[at];
        int lengthBytes = hello[at] << 8 | hello[at + 1];
        for (int suite = at + 2; suite < at + 2 + lengthBytes; suite += 2) {
            if (hello[suite] != 0) { // All but the renegotiation signal, 0x00ff.
                hello[suite] = 0;
                hello[suite + 1] = 0;
            }
        }
    }

    private static byte[] encodedOf(DtlsCertificate certificate) throws IOException {
        return certificate
                .chain(new org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto(new SecureRandom()))
                .getCertificateAt(0)
                .getEncoded();
    }

    private static void runAll(List<Callable<Void>> runs) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> future : executor.invokeAll(runs)) {
                future.get();
            }
        }
    }

    private static void awaitNoThreads(DtlsServer server) {
        awaitThreads(server, 0);
    }

    private static void awaitThreads(DtlsServer server, int wanted) {
        long deadlineNs = System.nanoTime() + 20_000_000_000L;
        while (server.threads() > wanted && System.nanoTime() - deadlineNs < 0) {
            Thread.onSpinWait();
        }
        assertEquals(wanted, server.threads());
    }
}
