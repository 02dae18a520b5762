package dev.sluice.signaling.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.FakeSession;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.metrics.Ledger.Look;
import dev.sluice.signaling.session.ClientSession;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final List<String> joined = new ArrayList<>();
    private final Ledger ledger = new Ledger((session, firstMediaNs) -> joined.add(session.id()));

    static ClientSession session(String id, String stream, boolean publisher, Instant openedAt) {
        Caller caller = new Caller(InetAddress.getLoopbackAddress(), "http", "localhost", null, "", "", Map.of(), null);
        return new ClientSession(
                new FakeSession(id, stream, publisher),
                publisher ? Role.PUBLISH : Role.PLAY,
                publisher ? "whip" : "whep",
                caller,
                openedAt);
    }

    private static void fares(ClientSession session, long packets, long lost) {
        ((FakeSession) session.media()).stats = FakeSession.stats(packets, lost);
    }

    private ClientSession open(String id, String stream, boolean publisher) {
        ClientSession session = session(id, stream, publisher, Instant.now());
        ledger.onOpened(session);
        return session;
    }

    private static long of(long[] sums, Sum sum) {
        return sums[sum.ordinal()];
    }

    @Test
    void shouldKeepWhatEndedSessionsCountedOnce() {
        ClientSession publisher = open("p", "cam", true);
        ClientSession player = open("v", "cam", false);
        fares(publisher, 100, 2);
        fares(player, 50, 1);
        ledger.look(1);
        fares(player, 80, 1);
        ledger.onEnded(player, 2);
        ledger.onEnded(player, 3);
        fares(publisher, 150, 2);
        Look look = ledger.look(4);
        assertEquals(80, of(look.streams().get("cam"), Sum.SENT_PACKETS));
        assertEquals(150, of(look.streams().get("cam"), Sum.RECEIVED_PACKETS));
        assertEquals(80, of(look.server(), Sum.SENT_PACKETS));
        assertEquals(1, look.sessions().size());
        assertEquals(List.of("p", "v"), joined.stream().sorted().toList());
    }

    @Test
    void shouldNeverGoBackWhenALossTurnsOutToBeLate() {
        ClientSession publisher = open("p", "cam", true);
        fares(publisher, 100, 5);
        ledger.look(1);
        fares(publisher, 105, 1);
        assertEquals(5, of(ledger.look(2).streams().get("cam"), Sum.RECEIVED_LOST));
        fares(publisher, 110, 6);
        assertEquals(6, of(ledger.look(3).streams().get("cam"), Sum.RECEIVED_LOST));
    }

    @Test
    void shouldSumStreamsBeyondThePlacesAsOneAndNeverGoBackWhenOneGetsAPlace() {
        List<ClientSession> sessions = new ArrayList<>();
        for (int i = 0; i < Ledger.PLACES + 10; i++) {
            ClientSession session = open("p" + i, "s" + i, true);
            fares(session, i < Ledger.PLACES ? 1 : 0, 0);
            sessions.add(session);
        }
        ledger.look(1);
        for (ClientSession session : sessions) {
            fares(session, 10, 0);
        }
        Look look = ledger.look(2);
        assertEquals(Ledger.PLACES + 1, look.streams().size());
        assertEquals(10, look.folded());
        assertEquals(100, of(look.streams().get(Ledger.OTHER), Sum.RECEIVED_PACKETS));
        assertEquals(10, look.gauges().get(Ledger.OTHER).publishers());
        assertEquals(10 * sessions.size(), of(look.server(), Sum.RECEIVED_PACKETS));

        ledger.onEnded(sessions.getFirst(), 3);
        ClientSession folded = sessions.getLast();
        long later = 4 + Ledger.KEPT_NS;
        ledger.look(later);
        fares(folded, 30, 0);
        Look after = ledger.look(later + 1);
        assertFalse(after.streams().containsKey("s0"), "its place is free again");
        assertTrue(of(after.streams().get(Ledger.OTHER), Sum.RECEIVED_PACKETS) >= 100);
        assertEquals(10 * sessions.size() + 20, of(after.server(), Sum.RECEIVED_PACKETS));
    }

    @Test
    void shouldGiveNoPlaceToWhomNothingComesFrom() {
        ClientSession session = open("p", "never", true);
        fares(session, 0, 0);
        Look look = ledger.look(1);
        assertTrue(look.streams().isEmpty());
        assertTrue(look.gauges().isEmpty());
        assertEquals(0, look.folded());
        assertTrue(joined.isEmpty());
    }

    @Test
    void shouldShowWaysAndQualitiesOfPlayers() {
        open("a", "cam", false);
        open("b", "cam", false);
        StreamGauges gauges = ledger.look(1).gauges().get("cam");
        assertEquals(2, gauges.players());
        assertEquals(Map.of("v1", 2), gauges.playersByQuality());
        assertEquals(125_000, gauges.meanEstimateBytesPerSecond());
        assertEquals(0.02, gauges.longestRoundTripSeconds());
        assertNull(ledger.look(2).gauges().get(Ledger.OTHER));
    }
}
