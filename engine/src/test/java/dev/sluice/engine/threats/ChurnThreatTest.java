package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.dtls.DtlsTestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Rows 27 and 32 in the long run: sessions that came and went leave nothing, however they went. */
@Isolated("counts threads, descriptors and memory of the process")
class ChurnThreatTest {
    private static final int ROUNDS = 10;
    private static final int PLAYERS = 29;
    private static final long HEAP_SLACK_BYTES = 3_000_000;
    private static final int UNFINISHED = 500;
    /** The logs of one publisher: what an unfinished one must not take. */
    private static final long LOGS_BYTES = (4 << 20) + (128 << 10);

    @Test
    void shouldBeAsBeforeWhenThreeHundredSessionsHaveComeAndGone() throws IOException {
        try (EngineLab lab = EngineLab.start(2, Duration.ofMillis(200))) {
            churn(lab);
            awaitQuiet(lab);
            int threads = Footprint.threads();
            int descriptors = Footprint.descriptors();
            long heap = Footprint.heapBytes();
            for (int round = 0; round < ROUNDS; round++) {
                churn(lab);
            }
            awaitQuiet(lab);

            assertEquals(EngineLab.Tables.EMPTY, lab.tables());
            assertTrue(lab.engine().streams().isEmpty());
            Eventually.until(
                    () -> "threads " + Footprint.threads() + " after " + threads, () -> Footprint.threads() <= threads);
            Eventually.until("no handshake left", () -> lab.handshakeThreads() == 0);
            assertTrue(Footprint.descriptors() <= descriptors, () -> "descriptors " + Footprint.descriptors());
            long grown = Footprint.heapBytes() - heap;
            assertTrue(grown < HEAP_SLACK_BYTES, () -> grown + " bytes more");
        }
    }

    /** One publisher and its players: a third says goodbye, a third is closed by signalling, a third just vanishes. */
    private static void churn(EngineLab lab) throws IOException {
        List<Client> clients = new ArrayList<>();
        Client publisher = Client.publisher(lab, "s").connect();
        for (int i = 0; i < PLAYERS; i++) {
            clients.add(Client.player(lab, "s").connect());
        }
        publisher.sendRtp(Packets.vp8KeyFrame(1));
        publisher.sendRtp(Packets.opus(1));
        for (Client client : clients) {
            client.awaitRtp(Packets.VIDEO_TYPE, 1);
        }
        clients.add(publisher);
        for (int i = 0; i < clients.size(); i++) {
            switch (i % 3) {
                case 0 -> clients.get(i).dtls.close();
                case 1 -> clients.get(i).session.close();
                default -> clients.get(i).vanish();
            }
        }
        awaitEnds(clients, 0, SessionEnd.DTLS_CLOSED);
        awaitEnds(clients, 1, SessionEnd.CLIENT_CLOSED);
        lab.advance(Duration.ofSeconds(31));
        awaitEnds(clients, 2, SessionEnd.CONSENT_EXPIRED);
        clients.forEach(Client::close);
    }

    private static void awaitEnds(List<Client> clients, int third, SessionEnd expected) {
        for (int i = third; i < clients.size(); i += 3) {
            assertEquals(expected, clients.get(i).awaitEnd());
        }
    }

    /** The stream goes when its grace time is over. */
    private static void awaitQuiet(EngineLab lab) {
        Eventually.until(() -> lab.tables().toString(), () -> lab.tables().equals(EngineLab.Tables.EMPTY));
    }

    @Test
    void shouldTakeNoMemoryForPublishersThatNeverConnect() throws Exception {
        String offer = Offers.publish(new DtlsTestClient().fingerprint().toString(), Offers.VP8);
        try (EngineLab lab = EngineLab.start()) {
            lab.engine().publish("first", offer, EngineLab.address("192.0.2.1"));
            long resident = Footprint.residentBytes();
            for (int i = 0; i < UNFINISHED; i++) {
                lab.engine().publish("s" + i, offer, EngineLab.address("192.0.2.1"));
            }
            long grown = Footprint.residentBytes() - resident;
            assertTrue(grown < UNFINISHED * LOGS_BYTES / 10, () -> grown + " bytes more");
        }
    }
}
