package dev.sluice.signaling.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.sluice.signaling.access.Caller;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LooksTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final Looks<Integer> looks = new Looks<>();

    @Test
    void shouldTellClientsOfOneAddressApartByTheirUserAgent() {
        looks.put("cam", caller("one"), 1, NOW);
        assertNull(looks.take("cam", caller("two"), NOW));
        assertEquals(1, looks.take("cam", caller("one"), NOW));
        assertNull(looks.take("cam", caller("one"), NOW), "it is the taker's");
    }

    @Test
    void shouldDropTheOldest() {
        for (int i = 0; i <= 1_000; i++) {
            looks.put("cam", caller("agent " + i), i, NOW);
        }
        assertNull(looks.take("cam", caller("agent 0"), NOW));
        assertEquals(1, looks.take("cam", caller("agent 1"), NOW));
    }

    @Test
    void shouldDropWhatIsOver() {
        looks.put("cam", caller("one"), 1, NOW);
        looks.put("cam", caller("two"), 2, NOW);
        Instant later = NOW.plusSeconds(60);
        looks.put("cam", caller("three"), 3, later);
        // The clock set back: it would hold again if it were there still.
        assertNull(looks.take("cam", caller("one"), NOW));
        assertNull(looks.take("cam", caller("two"), NOW));
        assertEquals(3, looks.take("cam", caller("three"), later));
    }

    private static Caller caller(String userAgent) {
        return new Caller(InetAddress.getLoopbackAddress(), "http", "sluice", null, userAgent, "", Map.of(), null);
    }
}
