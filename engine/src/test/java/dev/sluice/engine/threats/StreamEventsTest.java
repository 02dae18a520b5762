package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionStats;
import dev.sluice.engine.StreamEvent;
import dev.sluice.engine.StreamEvent.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a listener to all streams hears of publishers that come, take over, go and come back. */
class StreamEventsTest {
    private final BlockingQueue<StreamEvent> events = new LinkedBlockingQueue<>();

    private void expect(Kind kind, int players) throws InterruptedException {
        StreamEvent event = events.poll(10, TimeUnit.SECONDS);
        assertEquals(kind, event == null ? null : event.kind());
        assertEquals("s", event.stream());
        assertEquals(players, event.players());
        assertTrue(event.atEpochMs() > 0);
    }

    @Test
    void shouldTellTheLifeOfAStreamInOrder() throws Exception {
        try (EngineLab lab = EngineLab.start(1, Duration.ofSeconds(3))) {
            Runnable end = lab.engine().watchStreams(events::add);
            Client first = Client.publisher(lab, "s").connect();
            expect(Kind.LIVE, 0);
            Client player = Client.player(lab, "s").connect();
            Client second = Client.publisher(lab, "s").connect();
            expect(Kind.TAKEN_OVER, 1);
            assertEquals(SessionEnd.REPLACED, first.awaitEnd());
            second.session.close();
            expect(Kind.WAITING, 1);
            Client third = Client.publisher(lab, "s").connect();
            expect(Kind.RESUMED, 1);
            third.session.close();
            expect(Kind.WAITING, 1);
            expect(Kind.ENDED, 1);
            assertEquals(SessionEnd.STREAM_ENDED, player.awaitEnd());
            end.run();
            Client fourth = Client.publisher(lab, "s").connect();
            assertNull(events.poll());
            for (Client client : new Client[] {first, second, third, fourth, player}) {
                client.close();
            }
            assertEquals(0, lab.counter("stream_events_dropped"));
        }
    }

    @Test
    void shouldTellThatStreamsEndWhenTheServerStops() throws Exception {
        try (EngineLab lab = EngineLab.start(1, Duration.ofSeconds(10));
                Client publisher = Client.publisher(lab, "s").connect()) {
            lab.engine().watchStreams(events::add);
            Eventually.until("live", () -> !lab.engine().streams().isEmpty());
            events.clear();
            lab.engine().close();
            expect(Kind.ENDED, 0);
            assertEquals(SessionEnd.SERVER_STOPPING, publisher.awaitEnd());
        }
    }

    @Test
    void shouldSayWhenASessionReachedIceDtlsAndMedia() throws IOException {
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s")) {
            SessionStats before = publisher.session.stats();
            assertEquals(-1, before.iceNs());
            assertEquals(-1, before.dtlsNs());
            publisher.connect();
            publisher.sendRtp(Packets.vp8KeyFrame(1));
            Eventually.until("first media", () -> publisher.session.stats().firstMediaNs() >= 0);
            SessionStats after = publisher.session.stats();
            assertTrue(after.iceNs() >= 0 && after.dtlsNs() >= after.iceNs(), after::toString);
            assertTrue(after.firstMediaNs() >= after.dtlsNs(), after::toString);
        }
    }
}
