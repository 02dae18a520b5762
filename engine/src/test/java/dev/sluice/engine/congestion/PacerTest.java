package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long MS = 1_000_000L;
    private static final long RATE = 8_000_000;

    private final Pacer pacer = new Pacer(0);

    @Test
    void shouldAllowFiveMillisecondsOfTheRateWhenNothingWasSent() {
        assertEquals(5_000, pacer.allowanceBytes(RATE, 100 * MS));
    }

    @Test
    void shouldAllowNoMoreThanTheRateWhenAllIsTaken() {
        long sent = 0;
        for (long nowNs = 0; nowNs < 1_000 * MS; nowNs += MS) {
            long bytes = pacer.allowanceBytes(RATE, nowNs);
            if (bytes > 0) {
                pacer.onSent(bytes, RATE, nowNs);
                sent += bytes;
            }
        }
        assertTrue(sent >= 1_000_000 && sent <= 1_006_000, "sent " + sent);
    }

    @Test
    void shouldWaitUntilABurstIsThroughWhenMoreWasSentThanAllowed() {
        pacer.onSent(20_000, RATE, 0);
        assertEquals(0, pacer.allowanceBytes(RATE, 10 * MS));
        assertTrue(pacer.allowanceBytes(RATE, pacer.nextNs()) > 0);
        assertEquals(5_000, pacer.allowanceBytes(RATE, 20 * MS));
    }
}
