package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.session.Arrival;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** For which publishers a player waits. */
class ArrivalTest {
    private static final InetAddress SOURCE = InetAddress.getLoopbackAddress();

    private final FakeEngine engine = new FakeEngine();
    private final SessionDirectory sessions = new SessionDirectory();

    @Test
    void shouldWaitForAPublisherThatJustCame() throws Exception {
        publish("cam", Instant.now());
        assertEquals("cam", arriveBeforeItIsLive().stream());
    }

    @Test
    void shouldNotWaitForAPublisherThatIsThereForLongWithoutAStream() {
        publish("cam", Instant.now().minusSeconds(10));
        publish("other", Instant.now());
        assertThrows(SessionRefusedException.class, this::arriveBeforeItIsLive);
    }

    private void publish(String stream, Instant openedAt) {
        Caller caller = new Caller(SOURCE, "http", "sluice", null, "", "", Map.of(), null);
        FakeSession media = new FakeSession("session-" + stream, stream, true);
        sessions.add(new ClientSession(media, Role.PUBLISH, "whip", caller, openedAt));
    }

    /** It is once it was refused: who waits gets it. */
    private MediaSession arriveBeforeItIsLive() throws SessionRefusedException {
        return Arrival.open(engine, sessions, "cam", () -> {
            try {
                return engine.offerPlay("cam", new Wanted(true, true), SOURCE);
            } finally {
                engine.goLive("cam", 0);
            }
        });
    }
}
