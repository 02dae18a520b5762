package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.StreamSettings;
import dev.sluice.engine.StreamSettings.Transport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator says of a stream, on a running engine. */
class StreamSettingsTest {
    private final EngineLab lab = EngineLab.start(1, Duration.ofMinutes(10));

    @AfterEach
    void stop() {
        lab.close();
    }

    private static StreamSettings settings(Transport transport, Duration sourceTimeout, Duration grace) {
        return new StreamSettings(Duration.ZERO, 0, 0, List.of(), true, transport, sourceTimeout, grace);
    }

    @ParameterizedTest
    @CsvSource({"BOTH,true,true", "UDP,true,false"})
    void shouldOfferAPublisherTheWaysThatTheStreamHas(Transport transport, boolean udp, boolean tcp) {
        try (Client publisher = Client.publisher(lab, "s", settings(transport, Duration.ofSeconds(5), null))) {
            assertEquals(udp, publisher.session.localDescription().contains(" udp "));
            assertEquals(tcp, publisher.session.localDescription().contains(" tcp "));
            assertEquals(tcp, publisher.session.candidates().toString().contains(" tcp "));
        }
    }

    @Test
    void shouldOfferTcpAloneWhenTheStreamWantsIt() throws Exception {
        String offer = Offers.publish("sha-256 " + "AA:".repeat(31) + "AA", Offers.VP8);
        String answer = lab.engine()
                .publish("s", offer, EngineLab.LOOPBACK, settings(Transport.TCP, Duration.ofSeconds(5), null))
                .localDescription();
        assertFalse(answer.contains(" udp "), answer);
        assertTrue(answer.contains("tcptype passive"), answer);
    }

    @Test
    void shouldCountAPublisherAsAwayAfterTheTimeThatTheStreamHas() {
        try (Client patient = Client.publisher(lab, "patient", settings(Transport.BOTH, Duration.ofSeconds(20), null))
                        .connect();
                Client hasty = Client.publisher(lab, "hasty", settings(Transport.BOTH, Duration.ofSeconds(2), null))
                        .connect()) {
            assertTrue(isPublishing("patient") && isPublishing("hasty"));
            lab.advance(Duration.ofSeconds(4));
            Eventually.until(() -> "hasty away", () -> !isPublishing("hasty"));
            assertTrue(isPublishing("patient"));
            lab.advance(Duration.ofSeconds(17));
            Eventually.until(() -> "patient away", () -> !isPublishing("patient"));
            assertFalse(patient.isEnded() || hasty.isEnded());
        }
    }

    @Test
    void shouldTakeOtherSettingsOfAStreamThatIsPublished() {
        try (Client publisher = Client.publisher(lab, "s", settings(Transport.BOTH, Duration.ofSeconds(20), null))
                        .connect();
                Client player = Client.player(lab, "s").connect()) {
            publisher.session.revise(settings(Transport.BOTH, Duration.ofSeconds(2), Duration.ZERO));
            player.session.revise(settings(Transport.BOTH, Duration.ofSeconds(2), Duration.ZERO));
            lab.advance(Duration.ofSeconds(4));
            assertEquals(SessionEnd.STREAM_ENDED, player.awaitEnd());
            assertFalse(publisher.isEnded());
        }
    }

    private boolean isPublishing(String stream) {
        return lab.engine().stream(stream).orElseThrow().publishing();
    }

    @Test
    void shouldLetPlayersWaitAsLongAsTheStreamHas() {
        try (Client publisher = Client.publisher(
                                lab, "s", settings(Transport.BOTH, Duration.ofSeconds(5), Duration.ZERO))
                        .connect();
                Client player = Client.player(lab, "s").connect()) {
            publisher.session.close(SessionEnd.OPERATOR);
            assertEquals(SessionEnd.OPERATOR, publisher.awaitEnd());
            assertEquals(SessionEnd.STREAM_ENDED, player.awaitEnd());
        }
    }
}
