package dev.sluice.engine.dtls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.dtls.DtlsEndpoint.State;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What the tests of whole handshakes share. Stateless. */
final class DtlsTesting {
    static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate(new SecureRandom());
    static final DtlsCertificate OTHER = DtlsCertificate.generate(new SecureRandom());
    static final Set<SrtpProfile> ALL = EnumSet.allOf(SrtpProfile.class);

    private DtlsTesting() {}

    static void assertSameKeys(MemoryLink link, SrtpKeys theirs) {
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
    static void assertRefused(MemoryLink link, byte[] hello, String reason) {
        assertEquals(0, link.deliver(hello));
        assertEquals(State.WAITING, link.await(State.WAITING));
        assertTrue(link.endpoint.failure().contains(reason), link.endpoint.failure());
        byte[] room = new byte[DtlsServer.MAX_DATAGRAM_BYTES];
        assertEquals(0, link.endpoint.pollOutbound(MemorySegment.ofArray(room), 0, room.length));
    }

    /** A client's hello, taken away from it. */
    static byte[] firstDatagram(DtlsTestClient client) throws IOException {
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
    static void replaceSuites(byte[] hello) {
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

    static byte[] encodedOf(DtlsCertificate certificate) throws IOException {
        return certificate
                .chain(new HandshakeCrypto(new SecureRandom()))
                .getCertificateAt(0)
                .getEncoded();
    }

    static void runAll(List<Callable<Void>> runs) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> future : executor.invokeAll(runs)) {
                future.get();
            }
        }
    }

    static void awaitNoThreads(DtlsServer server) {
        awaitThreads(server, 0);
    }

    static void awaitThreads(DtlsServer server, int wanted) {
        long deadlineNs = System.nanoTime() + 20_000_000_000L;
        while (server.threads() > wanted && System.nanoTime() - deadlineNs < 0) {
            Thread.onSpinWait();
        }
        assertEquals(wanted, server.threads());
    }
}
