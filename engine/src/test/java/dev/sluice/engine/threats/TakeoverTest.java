package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.StreamInfo;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has a stream, on a running engine with two loops. */
class TakeoverTest {
    private final EngineLab lab = EngineLab.start(2, Duration.ofSeconds(10));

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void shouldLeaveTheStreamToItsPublisherWhileAnotherOnlyOffers() {
        try (Client first = Client.publisher(lab, "s").connect();
                Client player = Client.player(lab, "s").connect();
                Client second = Client.publisher(lab, "s")) {
            first.sendRtp(Packets.opus(1));
            player.awaitRtp(Packets.AUDIO_TYPE, 1);
            lab.advance(Duration.ofSeconds(11));
            assertEquals(SessionEnd.ICE_TIMEOUT, second.awaitEnd());
            first.nominate();
            first.sendRtp(Packets.opus(2));
            player.awaitRtp(Packets.AUDIO_TYPE, 2);
            assertFalse(first.isEnded());
        }
    }

    @Test
    void shouldTellTheFirstPublisherAndKeepThePlayersWhenAnotherConnects() {
        try (Client first = Client.publisher(lab, "s").connect();
                Client player = Client.player(lab, "s").connect()) {
            first.sendRtp(Packets.opus(1));
            player.awaitRtp(Packets.AUDIO_TYPE, 1);
            try (Client second = Client.publisher(lab, "s").connect()) {
                assertEquals(SessionEnd.REPLACED, first.awaitEnd());
                // Sound is live: what came before the players changed over is not for them.
                for (int i = 0; i < 500 && player.rtp(Packets.AUDIO_TYPE).size() < 2; i++) {
                    second.sendRtp(Packets.opus(40_000 + i));
                    player.pump(20);
                }
                assertTrue(player.rtp(Packets.AUDIO_TYPE).size() >= 2);
                assertFalse(player.isEnded());
                StreamInfo info = lab.engine().stream("s").orElseThrow();
                assertTrue(info.publishing());
                assertEquals(1, info.players());
            }
        }
    }
}
