package dev.sluice.engine.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class CandidateTest {
    @Test
    void shouldWriteTheSdpValueWhenTheAddressIsV4() {
        assertEquals(
                "candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host",
                Candidate.host("192.0.2.1", 7000, 0).sdpValue());
    }

    @Test
    void shouldWriteTheSdpValueWhenTheAddressIsV6() {
        assertEquals(
                "candidate:2 1 udp 2130706175 2001:db8::1 7001 typ host",
                Candidate.host("2001:db8::1", 7001, 1).sdpValue());
        assertEquals("::1", Candidate.host("::1", 7000, 0).address());
        assertEquals(
                "::ffff:192.0.2.1", Candidate.host("::ffff:192.0.2.1", 7000, 0).address());
    }

    @Test
    void shouldCutOffTheZoneWhenTheAddressIsLinkLocal() {
        assertEquals("fe80::1", Candidate.host("fe80::1%eth0", 7000, 0).address());
    }

    @Test
    void shouldRankByPriorityWhenThereAreSeveral() {
        long before = Long.MAX_VALUE;
        for (int rank = 0; rank < 100; rank++) {
            Candidate candidate = Candidate.host("192.0.2.1", 7000, rank);
            assertEquals(before == Long.MAX_VALUE ? candidate.priority() : before - 256, candidate.priority());
            before = candidate.priority();
        }
        assertEquals(
                (126L << 24) + 255, Candidate.host("192.0.2.1", 7000, 65_535).priority());
    }

    @Test
    void shouldRefuseWhenItIsNoAddressOrPort() {
        for (String address : new String[] {"", "localhost", "host.example", "192.0.2.1 typ host\r\na=x", "abc", "1"}) {
            assertThrows(IllegalArgumentException.class, () -> Candidate.host(address, 7000, 0));
        }
        assertThrows(IllegalArgumentException.class, () -> Candidate.host("192.0.2.1", 0, 0));
        assertThrows(IllegalArgumentException.class, () -> Candidate.host("192.0.2.1", 65_536, 0));
        assertThrows(IllegalArgumentException.class, () -> Candidate.host("192.0.2.1", 7000, -1));
    }
}
