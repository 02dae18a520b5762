package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.dtls.DtlsCertificate;
import dev.sluice.engine.dtls.DtlsTestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows 4, 6, 7 and 16 (DTLS): whoever speaks DTLS from a checked address must prove its certificate, and nothing breaks. */
class DtlsThreatTest {
    private EngineLab lab;
    private final List<Client> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        lab = EngineLab.start();
    }

    @AfterEach
    void stop() {
        lab.close();
        clients.forEach(Client::close);
    }

    private Client closing(Client client) {
        clients.add(client);
        return client;
    }

    @Test
    void shouldEndTheSessionWithoutKeysWhenTheCertificateIsNotTheOneOfTheOffer() {
        DtlsCertificate other = DtlsCertificate.generate(new SecureRandom());
        String offer = Offers.publish(other.fingerprint().toString(), Offers.VP8);
        Client impostor = closing(Client.publisherWith(lab, "s", offer, new DtlsTestClient()));
        assertNoKeys(impostor, SessionEnd.DTLS_FAILED);
    }

    @Test
    void shouldEndTheSessionWithoutKeysWhenTheClientShowsNoCertificate() {
        assertNoKeys(
                closing(Client.publisher(lab, "s", Offers.VP8, new DtlsTestClient().withoutCertificate())),
                SessionEnd.DTLS_FAILED);
    }

    private void assertNoKeys(Client client, SessionEnd expected) {
        client.nominate();
        assertThrows(UncheckedIOException.class, client::handshake);
        assertEquals(expected, client.awaitEnd());
        assertEquals(0, lab.counter("handshakes_completed"));
        assertEquals(Map.of(), lab.engine().srtpProfiles("s"));
        assertTrue(lab.engine().streams().isEmpty());
        assertEquals(EngineLab.Tables.EMPTY, lab.tables());
        // What it sends now has no peer any more.
        client.udp.send(Captures.datagrams("chromium-publish-http", "rtp").getFirst());
        Eventually.until("drop", () -> lab.drops("unknown_source") > 0);
    }

    @Test
    void shouldConnectThroughTinyOverlappingAndContradictingFragments() {
        Client publisher = closing(Client.publisher(lab, "s"));
        publisher.nominate();
        byte[] hello = Captures.datagrams("pion-publish", "dtls").getFirst();
        SplittableRandom random = new SplittableRandom(7);
        // Never the last byte: a complete hello of another client would be answered, and rightly.
        List<byte[]> fragments = new ArrayList<>();
        int bodyBytes = hello.length - 25;
        for (int i = 0; i < bodyBytes - 1; i++) {
            fragments.add(fragment(hello, bodyBytes, i, 1));
            int from = random.nextInt(bodyBytes - 1);
            fragments.add(fragment(hello, bodyBytes, from, random.nextInt(bodyBytes - 1 - from) + 1));
            fragments.add(fragment(hello, bodyBytes, from, 0));
            fragments.add(fragment(hello, bodyBytes + random.nextInt(1, 4_000), i, 1));
            fragments.add(fragment(hello, bodyBytes, bodyBytes - 1, bodyBytes));
        }
        Barrage.send(lab, publisher.udp, 10_000, i -> fragments.get(i % fragments.size()));
        assertTrue(lab.drops("dtls_malformed") >= 2_000, "empty and overrunning ones");
        publisher.connect();
        assertFalse(publisher.isEnded());
    }

    /** One record with one fragment of the message in a capture (RFC 6347 sections 4.1 and 4.2.2). */
    private static byte[] fragment(byte[] hello, int messageBytes, int offset, int lengthBytes) {
        ByteBuffer out = ByteBuffer.allocate(25 + lengthBytes)
                .put((byte) 22)
                .putShort((short) 0xfefd)
                .putShort((short) 0)
                .put(new byte[6])
                .putShort((short) (12 + lengthBytes))
                .putInt(1 << 24 | messageBytes)
                .putShort((short) 0)
                .put((byte) 0)
                .putShort((short) offset)
                .put((byte) 0)
                .putShort((short) lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            out.put(hello[25 + Math.min(offset + i, hello.length - 26)]);
        }
        return out.array();
    }

    @Test
    void shouldTakeTheRealHandshakeAfterTenThousandMutatedOnes() throws IOException {
        List<byte[]> real = new ArrayList<>();
        for (String name : List.of("chromium-publish-http", "gstreamer-publish-h264", "werift-publish", "pion-play")) {
            real.addAll(Captures.datagrams(name, "dtls"));
        }
        long seed = 20_261_121;
        SplittableRandom random = new SplittableRandom(seed);
        Client victim = closing(Client.publisher(lab, "victim"));
        victim.nominate();
        Barrage.send(lab, victim.udp, 10_000, i -> {
            byte[] datagram = real.get(random.nextInt(real.size())).clone();
            for (int n = random.nextInt(1, 8); n > 0; n--) {
                // Not the first byte: it says that this is DTLS.
                datagram[random.nextInt(1, datagram.length)] = (byte) random.nextInt();
            }
            return datagram;
        });
        // A hello that survived whole may have been answered with our flight; that handshake cannot end well.
        Client other = closing(Client.publisher(lab, "s").connect());
        assertFalse(other.isEnded(), "seed " + seed);
        assertTrue(lab.drops("dtls_malformed") > 0);
    }

    @Test
    void shouldIgnoreEveryReplayOfItsOwnHandshake() throws IOException {
        Client publisher = closing(Client.publisher(lab, "s").connect());
        Client player = closing(Client.player(lab, "s").connect());
        publisher.sendRtp(Packets.opus(1));
        player.awaitRtp(Packets.AUDIO_TYPE, 1);
        long sent = lab.counter("bytes_out");
        Barrage.send(lab, publisher.udp, 2_000, i -> publisher.flights.get(i % publisher.flights.size()));
        Barrage.send(lab, player.udp, 2_000, i -> player.flights.get(i % player.flights.size()));

        publisher.sendRtp(Packets.opus(2));
        player.awaitRtp(Packets.AUDIO_TYPE, 2);
        assertFalse(publisher.isEnded());
        assertFalse(player.isEnded());
        assertEquals(2, lab.counter("handshakes_completed"));
        // A replayed Finished is no new record for Bouncy Castle: our last flight is not sent for it.
        assertTrue(lab.counter("bytes_out") - sent < 20_000, "sent " + (lab.counter("bytes_out") - sent));
    }

    @Test
    void shouldIgnoreAForgedCloseNotifyAndTakeTheRealOneOnce() throws IOException {
        Client publisher = closing(Client.publisher(lab, "s").connect());
        for (int epoch = 0; epoch <= 2; epoch++) {
            byte[] alert = ByteBuffer.allocate(13 + 26)
                    .put((byte) 21)
                    .putShort((short) 0xfefd)
                    .putShort((short) epoch)
                    .put(new byte[] {0, 0, 0, 0, 0, 9})
                    .putShort((short) 26)
                    .array();
            byte[] plain = ByteBuffer.allocate(15)
                    .put(alert, 0, 11)
                    .putShort((short) 2)
                    .put((byte) 1)
                    .put((byte) 0)
                    .array();
            Barrage.send(lab, publisher.udp, 50, i -> alert);
            Barrage.send(lab, publisher.udp, 50, i -> plain);
        }
        publisher.nominate();
        assertFalse(publisher.isEnded());
        publisher.dtls.close();
        // What is left of the barrage may fill the endpoint's queue on a busy machine: the alert is sent until it is
        // taken.
        byte[] closeNotify = publisher.flights.getLast();
        long deadlineNs = System.nanoTime() + 20_000_000_000L;
        while (!publisher.isEnded() && System.nanoTime() - deadlineNs < 0) {
            publisher.udp.send(closeNotify);
            Thread.yield();
        }
        assertEquals(SessionEnd.DTLS_CLOSED, publisher.awaitEnd());
    }
}
