package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.stun.StunTestClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows 1, 2, 3, 8, 9, 12 and 13: who passed no authenticated check gets nothing and moves nothing. */
class IceGateThreatTest {
    private static final List<String> HELLOS = List.of(
            "chromium-publish-http", "firefox-publish-ws", "gstreamer-publish-h264", "pion-publish", "werift-publish");

    private EngineLab lab;
    private final List<AutoCloseable> ends = new ArrayList<>();

    @BeforeEach
    void start() {
        lab = EngineLab.start();
    }

    @AfterEach
    void stop() throws Exception {
        lab.close();
        for (AutoCloseable end : ends) {
            end.close();
        }
    }

    private <T extends AutoCloseable> T closing(T end) {
        ends.add(end);
        return end;
    }

    private UdpEnd stranger() {
        return closing(new UdpEnd(lab.engine().mediaPorts().getFirst()));
    }

    private static List<byte[]> hellos() {
        List<byte[]> hellos = new ArrayList<>();
        for (String name : HELLOS) {
            hellos.addAll(Captures.datagrams(name, "dtls").subList(0, 1));
        }
        return hellos;
    }

    @Test
    void shouldSendNoByteToAnAddressThatPassedNoCheck() {
        Client publisher = closing(Client.publisher(lab, "s"));
        UdpEnd stranger = stranger();
        List<byte[]> hellos = hellos();
        Barrage.send(lab, stranger, 500, i -> hellos.get(i % hellos.size()));
        Barrage.send(lab, publisher.udp, 500, i -> hellos.get(i % hellos.size()));

        assertEquals(1_000, lab.drops("unknown_source"));
        assertEquals(0, lab.counter("datagrams_out"));
        assertEquals(0, lab.counter("bytes_out"));
        publisher.connect();
        assertNull(stranger.receive(1), "all for this address would have come before the handshake was over");
    }

    @Test
    void shouldHandshakeWithTheCheckedAddressWhileAnotherRacesItWithHellos() throws Exception {
        Client publisher = closing(Client.publisher(lab, "s"));
        UdpEnd racer = stranger();
        List<byte[]> hellos = hellos();
        Thread race = Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                hellos.forEach(racer::send);
                Thread.onSpinWait();
            }
        });
        try {
            publisher.connect();
            assertFalse(publisher.isEnded());
        } finally {
            race.interrupt();
            race.join();
        }
        assertNull(racer.receive(1));
        assertTrue(lab.drops("unknown_source") > 0);
    }

    @Test
    void shouldNeitherEndNorResetASessionByABadHelloFromItsOwnAddress() {
        Client publisher = closing(Client.publisher(lab, "s"));
        publisher.nominate();
        byte[] bad = hellos().getLast().clone();
        // No cipher suite that we have: the 2 bytes of length behind random, session id and cookie stay.
        for (int i = 13 + 12 + 2 + 32 + 1 + 1 + 2; i < bad.length - 20; i++) {
            bad[i] = 0x7f;
        }
        Barrage.send(lab, publisher.udp, 100, i -> bad);
        publisher.connect();
        Client player = closing(Client.player(lab, "s").connect());
        // Real hellos of others, when connected: a reset would lose the keys.
        List<byte[]> hellos = hellos();
        Barrage.send(lab, publisher.udp, 100, i -> i % 2 == 0 ? bad : hellos.get(i % hellos.size()));
        publisher.sendRtp(Packets.opus(1));
        player.awaitRtp(Packets.AUDIO_TYPE, 1);
        assertFalse(publisher.isEnded());
        assertEquals(2, lab.counter("handshakes_completed"));
    }

    @Test
    void shouldStaySilentToForgedChecksAndLeaveTheSessionUntouched() {
        Client publisher = closing(Client.publisher(lab, "s").connect());
        Client player = closing(Client.player(lab, "s").connect());
        UdpEnd forger = stranger();
        long sent = lab.counter("datagrams_out");
        List<byte[]> forged = List.of(
                player.stun
                        .request()
                        .useCandidate()
                        .password("wrongwrongwrongwrongwron")
                        .build(),
                player.stun.request().useCandidate().password(null).build(),
                player.stun.request().useCandidate().corruptIntegrity().build(),
                player.stun.request().useCandidate().corruptFingerprint().build(),
                player.stun.request().useCandidate().username("nobodyss:remo").build(),
                player.stun.request().useCandidate().username("remo").build(),
                player.stun.request().useCandidate().username(null).build(),
                player.stun.request().useCandidate().type(0x0011).build(),
                player.stun.request().useCandidate().type(0x0101).build());
        Barrage.send(lab, forger, 100 * forged.size(), i -> forged.get(i % forged.size()));

        // Reports to both clients, one a second each; an answer to any kind of forgery would be a hundred.
        assertTrue(lab.counter("datagrams_out") - sent < 50, "no answer to a forged check");
        assertEquals(100, lab.drops("stun_no_integrity"));
        assertEquals(200, lab.drops("stun_bad_integrity"));
        assertEquals(100, lab.drops("stun_bad_fingerprint"));
        publisher.sendRtp(Packets.opus(1));
        player.awaitRtp(Packets.AUDIO_TYPE, 1);
        assertNull(forger.receive(1));
    }

    @Test
    void shouldAnswerNeverMoreBytesThanTheCheckHad() {
        Client publisher = closing(Client.publisher(lab, "s"));
        StunTestClient stun = publisher.stun;
        List<byte[]> requests = List.of(
                stun.check(),
                stun.nominate(),
                stun.request().noFingerprint().build(),
                stun.request().controlled().build(),
                stun.request().bare().noFingerprint().build(),
                stun.request().bare().build(),
                stun.request().attribute(0x7001, new byte[0]).build(),
                stun.request()
                        .attribute(0x7001, new byte[0])
                        .attribute(0x7002, new byte[4])
                        .build(),
                stun.request().bare().controlled().noFingerprint().build());
        End[] ends = {publisher.udp, stranger()};
        int answered = 0;
        for (byte[] request : requests) {
            for (End end : ends) {
                Barrage.send(lab, end, 1, i -> request);
                byte[] answer = end.receive(200);
                if (answer != null) {
                    answered++;
                    assertTrue(answer.length <= request.length, answer.length + " for " + request.length);
                    assertTrue(stun.answer(answer).answers(request));
                    assertNull(end.receive(1), "one answer for a request");
                }
            }
        }
        assertTrue(answered >= 2 * 6, "answered " + answered);
        assertTrue(lab.counter("bytes_out") <= lab.counter("bytes_in"));
    }

    @Test
    void shouldIgnoreANominationBehindMessageIntegrity() {
        Client publisher = closing(Client.publisher(lab, "s").connect());
        Client player = closing(Client.player(lab, "s").connect());
        UdpEnd other = stranger();
        byte[] request = player.stun
                .request()
                .attributeBehindIntegrity(0x0025, new byte[0])
                .build();
        other.send(request);
        byte[] answer = other.receive(5_000);
        assertTrue(player.stun.answer(answer).isSuccess(), "what stands in front of it is a right check");
        for (int i = 1; i <= 50; i++) {
            publisher.sendRtp(Packets.opus(i));
        }
        player.awaitRtp(Packets.AUDIO_TYPE, 50);
        assertNull(other.receive(1), "media stays where it was nominated to");
    }

    @Test
    void shouldNotMoveTheSendPathByMediaFromAnotherAddress() {
        Client publisher = closing(Client.publisher(lab, "s").connect());
        Client player = closing(Client.player(lab, "s").connect());
        UdpEnd elsewhere = stranger();
        // Authentic in every byte, only from an address that passed no check.
        elsewhere.send(player.protectRtcp(Packets.pli(5, 6)));
        elsewhere.send(publisher.protectRtp(Packets.opus(1)));
        Eventually.until("both dropped", () -> lab.drops("unknown_source") == 2);
        for (int i = 2; i <= 50; i++) {
            publisher.sendRtp(Packets.opus(i));
        }
        player.awaitRtp(Packets.AUDIO_TYPE, 49);
        assertEquals(2, Packets.number(player.rtp(Packets.AUDIO_TYPE).getFirst()), "nor was it taken");
        assertNull(elsewhere.receive(1));
        // A pair that is valid and was not nominated is heard, and gets nothing either.
        elsewhere.send(player.stun.check());
        assertTrue(player.stun.answer(elsewhere.receive(5_000)).isSuccess());
        elsewhere.send(player.protectRtcp(Packets.pli(5, 6)));
        publisher.sendRtp(Packets.opus(51));
        player.awaitRtp(Packets.AUDIO_TYPE, 50);
        assertNull(elsewhere.receive(1));
    }
}
