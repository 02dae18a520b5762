package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.dtls.DtlsTestClient;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows 23, 27 and 32: who is refused at the door, who is put out, and that the others do not notice. */
class LimitsThreatTest {
    private static final InetAddress STRANGER = EngineLab.address("192.0.2.1");
    private static final InetAddress OTHER = EngineLab.address("192.0.2.2");
    private static final String OFFER =
            Offers.publish(new DtlsTestClient().fingerprint().toString(), Offers.VP8);

    private EngineLab lab;
    private final List<Client> clients = new ArrayList<>();

    @AfterEach
    void stop() {
        lab.close();
        clients.forEach(Client::close);
    }

    private Client closing(Client client) {
        clients.add(client);
        return client;
    }

    private Refusal refusal(String offer, InetAddress source) {
        return assertThrows(SessionRefusedException.class, () -> lab.engine().publish("s", offer, source))
                .refusal();
    }

    private static SessionEnd end(MediaSession session) {
        return session.ended()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void shouldRefuseMediaWithoutEncryptionAndRolesThatAreNotOurs() {
        lab = EngineLab.start();
        for (String hostile : List.of(
                OFFER.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
                OFFER.replace("UDP/TLS/RTP/SAVPF", "RTP/AVPF"),
                OFFER.replaceAll("a=fingerprint.*\r\n", ""),
                OFFER.replaceAll("a=fingerprint.*", "a=fingerprint:sha-1 " + "AB:".repeat(19) + "AB"),
                OFFER.replace("setup:actpass", "setup:passive"),
                OFFER.replace("setup:actpass", "setup:holdconn"),
                OFFER.replaceAll("a=ice-(ufrag|pwd).*\r\n", ""),
                OFFER.replace("a=rtcp-mux\r\n", ""))) {
            assertEquals(Refusal.BAD_SDP, refusal(hostile, EngineLab.LOOPBACK), hostile);
        }
        assertEquals(EngineLab.Tables.EMPTY, lab.tables());
        assertEquals(0, lab.counter("peers_added"));
    }

    @Test
    void shouldEndSessionsThatNeverConnectAfterTenSecondsAndKeepNothing() throws Exception {
        lab = EngineLab.start();
        Client live = closing(Client.publisher(lab, "live").connect());
        Client player = closing(Client.player(lab, "live").connect());
        EngineLab.Tables before = lab.tables();
        List<MediaSession> silent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            silent.add(lab.engine().publish("never" + i, OFFER, STRANGER));
            silent.add(lab.engine().offerPlay("live", Wanted.ALL, STRANGER));
        }
        Client checked = closing(Client.publisher(lab, "checked"));
        checked.nominate();
        lab.advance(Duration.ofSeconds(9));
        checked.nominate();
        assertTrue(silent.stream()
                .noneMatch(session -> session.ended().toCompletableFuture().isDone()));

        lab.advance(Duration.ofSeconds(2));
        for (MediaSession session : silent) {
            assertEquals(SessionEnd.ICE_TIMEOUT, end(session));
        }
        assertEquals(SessionEnd.DTLS_FAILED, end(checked.session), "ten seconds from its first check for DTLS");
        assertEquals(before, lab.tables());
        live.sendRtp(Packets.opus(1));
        player.awaitRtp(Packets.AUDIO_TYPE, 1);
    }

    @Test
    void shouldRefuseOneSourceMoreUnfinishedSessionsThanItMayHave() throws Exception {
        lab = EngineLab.start(0, 10, 3);
        MediaSession first = lab.engine().publish("a", OFFER, STRANGER);
        lab.engine().publish("b", OFFER, STRANGER);
        lab.engine().publish("c", OFFER, STRANGER);
        assertEquals(Refusal.TOO_MANY_FROM_SOURCE, refusal(OFFER, STRANGER));
        assertEquals(1, lab.tables().sources());
        lab.engine().publish("d", OFFER, OTHER);
        for (int i = 0; i < 10; i++) {
            lab.engine().publish("own" + i, OFFER, EngineLab.LOOPBACK);
        }
        first.close();
        end(first);
        lab.engine().publish("e", OFFER, STRANGER);
        assertEquals(Refusal.TOO_MANY_FROM_SOURCE, refusal(OFFER, STRANGER));
        assertEquals(14, lab.tables().peers());
    }

    @Test
    void shouldRefuseOneSourceMoreSessionsThanItMayHave() {
        lab = EngineLab.start(0, 2, 2);
        closing(Client.publisher(lab, "live").connect());
        closing(Client.player(lab, "live", Offers.VP8, STRANGER).connect());
        closing(Client.player(lab, "live", Offers.VP8, STRANGER).connect());
        assertEquals(Refusal.TOO_MANY_FROM_SOURCE, refusal(OFFER, STRANGER));
    }

    @Test
    void shouldExemptNobodyFromTheCapInAll() throws Exception {
        lab = EngineLab.start(3, 10, 10);
        for (int i = 0; i < 3; i++) {
            lab.engine().publish("s" + i, OFFER, EngineLab.LOOPBACK);
        }
        assertEquals(Refusal.TOO_MANY_SESSIONS, refusal(OFFER, EngineLab.LOOPBACK));
        assertEquals(Refusal.TOO_MANY_SESSIONS, refusal(OFFER, OTHER));
        assertEquals(3, lab.tables().sessions());
    }

    @Test
    void shouldServeTheOthersBesideAPlayerThatReadsNothingAndEndItWhenConsentExpires() {
        lab = EngineLab.start();
        Client publisher = closing(Client.publisher(lab, "s").connect());
        Client player = closing(Client.player(lab, "s").connect());
        // One whose socket is full and one whose socket is gone: its host answers with ICMP errors.
        Client deaf = closing(Client.player(lab, "s").connect());
        Client gone = closing(Client.player(lab, "s").connect());
        gone.vanish();
        for (int second = 0; second < 30; second += 5) {
            for (int i = 0; i < 100; i++) {
                publisher.sendRtp(Packets.opus(second * 100 + i));
                player.pump(1);
            }
            player.awaitRtp(Packets.AUDIO_TYPE, (second / 5 + 1) * 100);
            publisher.nominate();
            player.nominate();
            assertFalse(deaf.isEnded());
            lab.advance(Duration.ofSeconds(5));
        }
        publisher.nominate();
        player.nominate();
        lab.advance(Duration.ofSeconds(1));
        assertEquals(SessionEnd.CONSENT_EXPIRED, deaf.awaitEnd());
        assertEquals(SessionEnd.CONSENT_EXPIRED, gone.awaitEnd());
        assertEquals(2, lab.tables().peers());
        publisher.sendRtp(Packets.opus(9_999));
        player.awaitRtp(Packets.AUDIO_TYPE, 601);
        assertFalse(publisher.isEnded());
        assertFalse(player.isEnded());
    }

    @Test
    void shouldEndAPublisherThatAcknowledgesNothing() {
        lab = EngineLab.start();
        Client publisher = closing(Client.publisher(lab, "s").connect());
        Client player = closing(Client.player(lab, "s").connect());
        // It sends media all the time: media is no consent (RFC 7675 section 5.1).
        for (int i = 0; i < 11; i++) {
            publisher.sendRtp(Packets.opus(i));
            player.nominate();
            lab.advance(Duration.ofSeconds(3));
        }
        assertEquals(SessionEnd.CONSENT_EXPIRED, publisher.awaitEnd());
        assertFalse(player.isEnded(), "players wait for its return");
    }
}
