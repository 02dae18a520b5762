package dev.sluice.signaling.whip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Set;
import org.junit.jupiter.api.Test;

class OfferFactsTest {

    @Test
    void shouldFindCredentialsAndThePeerConnection() {
        OfferFacts facts = OfferFacts.read("v=0\no=- 42 3 IN IP4 0.0.0.0\r\na=fingerprint:sha-256 AA\r\n"
                + "a=ice-ufrag: one \r\na=ice-pwd:pw1\r\na=ice-ufrag:two\r\na=ice-pwd:pw2");
        assertEquals(Set.of("one", "two"), facts.ufrags());
        assertEquals("one", facts.ufrag());
        assertEquals("pw1", facts.password());
        OfferFacts next = OfferFacts.read("o=- 42 4 IN IP4 0.0.0.0\r\na=fingerprint:sha-256 AA\r\na=ice-ufrag:new\r\n");
        assertEquals(facts.peerConnection(), next.peerConnection());
        assertEquals(3, facts.version());
        assertEquals(4, next.version());
        OfferFacts other = OfferFacts.read("o=- 43 4 IN IP4 0.0.0.0\r\na=fingerprint:sha-256 AA\r\n");
        assertNotEquals(facts.peerConnection(), other.peerConnection());
    }

    @Test
    void shouldTellNothingOfAPeerConnectionWithoutACertificate() {
        assertNull(OfferFacts.read("o=- 42 3 IN IP4 0.0.0.0\r\n").peerConnection());
        assertNull(OfferFacts.read("").ufrag());
        assertEquals(
                0,
                OfferFacts.read("o=- 42 " + "9".repeat(100) + " IN IP4 0.0.0.0\r\n")
                        .version());
        assertNull(OfferFacts.read("o=\r\na=ice-ufrag\r\na=ice-pwd").password());
    }
}
