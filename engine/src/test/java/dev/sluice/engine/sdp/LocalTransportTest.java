package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LocalTransportTest {

    @Test
    void shouldWriteCandidatesInTheOrderOfPreference() {
        assertEquals(
                "candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host",
                new HostCandidate(0, "192.0.2.1", 7000).value());
        assertEquals(
                "candidate:3 1 udp 2130705919 2001:db8::1 7001 typ host",
                new HostCandidate(2, "2001:db8::1", 7001).value());
    }

    @Test
    void shouldRefuseWhatCouldInjectALine() {
        assertEquals(
                "candidate:3 1 tcp 1520434687 192.0.2.1 7000 typ host tcptype passive",
                new HostCandidate(2, "192.0.2.1", 7000, true).value());
        assertThrows(IllegalArgumentException.class, () -> new HostCandidate(0, "1.2.3.4\r\na=x", 7000));
        assertThrows(IllegalArgumentException.class, () -> new HostCandidate(0, "fe80::1%eth0", 7000));
        assertThrows(IllegalArgumentException.class, () -> new HostCandidate(0, "192.0.2.1", 0));
        assertThrows(IllegalArgumentException.class, () -> withCname("a b"));
        assertThrows(IllegalArgumentException.class, () -> withCname("a\r\nb"));
    }

    private static LocalTransport withCname(String cname) {
        LocalTransport local = SdpTestData.LOCAL;
        return new LocalTransport(
                local.ufrag(),
                local.password(),
                local.fingerprint(),
                List.copyOf(local.candidates()),
                1,
                1,
                cname,
                "s");
    }

    @Test
    void shouldNotShowPasswords() throws SdpException {
        assertFalse(SdpTestData.LOCAL.toString().contains(SdpTestData.LOCAL.password()));
        RemoteTransport remote =
                SdpTestData.publish(SdpTestData.wire("pion-publish")).remote();
        assertFalse(remote.toString().contains(remote.password()));
    }
}
