package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SentMediaTest {
    private final SentMedia media = new SentMedia();

    @Test
    void shouldKnowNothingOfWhatWasNeverSent() {
        for (int transport = 0; transport < 1 << 16; transport++) {
            assertEquals(-1, media.lostBy(transport));
        }
    }

    @Test
    void shouldNameThePacketThatLeftUnderTheNumber() {
        media.onSent(65_535, 17);
        media.onSent(1, 18);
        assertEquals(17, media.lostBy(65_535));
        assertEquals(-1, media.lostBy(0));
        assertEquals(18, media.lostBy(1));
    }

    /** The copy's own fate decides then. */
    @Test
    void shouldNotMissWhatWasSentAgainSince() {
        media.onSent(5, 17);
        media.onSentAgain(9, 17);
        assertEquals(-1, media.lostBy(5));
        assertEquals(17, media.lostBy(9));
        media.onSentAgain(11, 17);
        assertEquals(-1, media.lostBy(9));
        assertEquals(17, media.lostBy(11));
    }

    @Test
    void shouldMissNothingOfWhatArrivedOnce() {
        media.onSent(5, 17);
        media.onSentAgain(9, 17);
        media.onSentAgain(11, 17);
        media.onArrived(9);
        assertEquals(-1, media.lostBy(5));
        assertEquals(-1, media.lostBy(11));
    }

    @Test
    void shouldForgetWhatIsLongAgo() {
        media.onSent(5, 17);
        media.onSent(5 + 512, 300);
        assertEquals(-1, media.lostBy(5));
    }
}
