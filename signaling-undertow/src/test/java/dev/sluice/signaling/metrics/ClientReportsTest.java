package dev.sluice.signaling.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientReportsTest {
    private final SessionDirectory sessions = new SessionDirectory();
    private final Ledger ledger = new Ledger((session, firstMediaNs) -> {});
    private final List<Long> firstFrames = new ArrayList<>();
    private final List<String> stalled = new ArrayList<>();
    private final Instant start = Instant.now();
    private long nowMs;
    private final ClientReports reports = new ClientReports(
            sessions,
            ledger,
            (session, firstFrameMs) -> firstFrames.add(firstFrameMs),
            (session, stalledMs) -> stalled.add(session.id() + " " + stalledMs),
            () -> nowMs * 1_000_000,
            () -> start.plusMillis(nowMs));

    private ClientSession open(String id, boolean publisher) {
        ClientSession session = LedgerTest.session(id, "cam", publisher, start);
        sessions.add(session);
        return session;
    }

    private static String body(String id, long stalls, long stalledMs) {
        return """
                {"proto":"webrtc","source_id":"%s","opened_at":1795227392257,"started_at":1795227392595,
                 "application":{"stall_count":%d,"stall_duration":%d}}""".formatted(id, stalls, stalledMs);
    }

    private Long told(Sum sum) {
        long[] sums = ledger.look(nowMs * 1_000_000).streams().get("cam");
        return sums == null ? null : sums[sum.ordinal()];
    }

    @Test
    void shouldTakeTheFirstFrameOnceAndWhatStallsAreNew() {
        open("v", false);
        nowMs += 60_000;
        reports.onReport("cam", "v", body("v", 2, 700));
        reports.onReport("cam", "v", body("v", 2, 700));
        nowMs += 60_000;
        reports.onReport("cam", "v", body("v", 5, 900));
        assertEquals(List.of(338L), firstFrames);
        assertEquals(5, told(Sum.STALLS));
        assertEquals(900, told(Sum.STALLED));
    }

    @Test
    void shouldFindTheSessionByTheBodyWhenThePathHasNone() {
        open("v", false);
        reports.onReport("cam", "", body("v", 1, 0));
        assertEquals(1, told(Sum.STALLS));
    }

    private void end(ClientSession session) {
        session.media().close();
        session.media().ended().toCompletableFuture().join();
        reports.onEnded(session);
    }

    @Test
    void shouldSayOnceHowLongASessionStoodStillWhenItsLastWordCame() {
        ClientSession late = open("late", false);
        ClientSession silent = open("silent", false);
        ClientSession wordless = open("wordless", false);
        nowMs += 20_000;
        reports.onReport("cam", "late", body("late", 1, 500));
        reports.onReport("cam", "silent", body("silent", 1, 700));
        reports.onReport("cam", "wordless", "{\"opened_at\":1,\"started_at\":2}");
        end(late);
        end(silent);
        end(wordless);
        reports.look();
        assertEquals(List.of(), stalled);
        reports.onReport("cam", "late", body("late", 900, Long.MAX_VALUE));
        reports.onReport("cam", "late", body("late", 901, 1));
        assertEquals(List.of("late 20000"), stalled);
        nowMs += 31_000;
        reports.look();
        reports.look();
        assertEquals(List.of("late 20000", "silent 700"), stalled);
        reports.onReport("cam", "silent", body("silent", 2, 5_000));
        assertEquals(700 + 20_000, told(Sum.STALLED));
    }

    @Test
    void shouldTakeTheOnlyReportOfASessionThatEndedBeforeItCame() {
        ClientSession session = open("v", false);
        nowMs += 400;
        end(session);
        reports.onReport("cam", "v", body("v", 1, 300));
        assertEquals(List.of("v 300"), stalled);
        assertEquals(1, told(Sum.STALLS));
    }

    @Test
    void shouldRememberSomeThousandEndedSessionsAtMost() {
        for (int i = 0; i <= 20_000; i++) {
            ClientSession session = open("v" + i, false);
            nowMs += i % 10 == 0 ? 1 : 0;
            reports.onReport("cam", "v" + i, body("v" + i, 0, 1));
            end(session);
        }
        assertEquals(List.of("v0 1"), stalled);
    }

    @Test
    void shouldTakeALateReportOfAnEndedSession() {
        ClientSession session = open("v", false);
        nowMs += 10_000;
        reports.onReport("cam", "v", body("v", 1, 100));
        end(session);
        nowMs += 60_000;
        reports.onReport("cam", "v", body("v", 1_000, 3_000_000));
        assertEquals(11, told(Sum.STALLS));
        assertEquals(10_000, told(Sum.STALLED));
    }

    @Test
    void shouldBelieveNoMoreThanTimeHasRoomFor() {
        open("v", false);
        nowMs += 3_000;
        reports.onReport("cam", "v", body("v", Long.MAX_VALUE, Long.MAX_VALUE));
        assertEquals(4, told(Sum.STALLS));
        assertEquals(3_000, told(Sum.STALLED));
        reports.onReport("cam", "v", """
                {"opened_at":1,"started_at":1e300,"application":{"stall_count":1e300,"stall_duration":1e300}}""");
        assertEquals(4, told(Sum.STALLS));
        assertEquals(List.of(338L), firstFrames);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"application\":3}",
                "{\"application\":{\"stall_count\":-5,\"stall_duration\":\"many\"}}",
                "{\"opened_at\":5,\"started_at\":4}",
                "{\"opened_at\":{},\"started_at\":[]}",
                "{\"source_id\":{}}",
            })
    void shouldTakeNothingFromWhatIsNoReport(String body) {
        open("v", false);
        reports.onReport("cam", "v", body);
        reports.onReport("cam", "", body);
        assertNull(told(Sum.STALLS));
        assertEquals(List.of(), firstFrames);
    }

    @Test
    void shouldTakeNothingForOtherStreamsUnknownSessionsAndPublishers() {
        open("v", false);
        open("p", true);
        reports.onReport("other", "v", body("v", 1, 1));
        reports.onReport("cam", "unknown", body("unknown", 1, 1));
        reports.onReport("cam", "p", body("p", 1, 1));
        assertNull(told(Sum.STALLS));
        assertEquals(List.of(), firstFrames);
    }
}
