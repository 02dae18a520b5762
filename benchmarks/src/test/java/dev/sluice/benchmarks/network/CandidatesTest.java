package dev.sluice.benchmarks.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    private static final String SDP = """
            v=0
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            a=mid:0
            a=candidate:1 1 tcp 1518280447 203.0.113.1 7000 typ host tcptype passive
            a=candidate:2 1 udp 2130706431 2001:db8::1 7000 typ host
            a=candidate:3 1 UDP 2130706431 203.0.113.1 7001 typ host
            a=end-of-candidates
            m=video 9 UDP/TLS/RTP/SAVPF 96
            a=mid:1
            a=candidate:3 1 UDP 2130706431 203.0.113.1 7001 typ host
            """.replace("\n", "\r\n");

    @Test
    void shouldFindTheServersUdpAddress() throws IOException {
        assertEquals(new InetSocketAddress("203.0.113.1", 7_001), Candidates.server(SDP));
        String sixOnly = SDP.replaceAll("a=candidate:3.*\r\n", "");
        assertEquals(new InetSocketAddress("2001:db8::1", 7_000), Candidates.server(sixOnly));
        assertThrows(IOException.class, () -> Candidates.server(Candidates.hidden(SDP)));
    }

    @Test
    void shouldPutTheRelayInPlaceOfAllAddresses() {
        assertEquals("""
                v=0
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                a=mid:0
                a=candidate:1 1 udp 2130706431 127.0.0.1 4000 typ host
                a=end-of-candidates
                m=video 9 UDP/TLS/RTP/SAVPF 96
                a=mid:1
                a=candidate:1 1 udp 2130706431 127.0.0.1 4000 typ host
                """.replace("\n", "\r\n"), Candidates.relayed(SDP, new InetSocketAddress("127.0.0.1", 4_000)));
    }
}
