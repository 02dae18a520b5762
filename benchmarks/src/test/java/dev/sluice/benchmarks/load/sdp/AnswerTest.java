package dev.sluice.benchmarks.load.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.benchmarks.load.sdp.Answer.AnswerException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static final String HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    private static final String MEDIA = "m=video 9 UDP/TLS/RTP/SAVPF 98\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n"
            + "a=fingerprint:sha-256 AA:BB\r\na=setup:passive\r\n"
            + "a=candidate:1 1 udp 100 10.0.0.1 7000 typ host\r\n"
            + "a=candidate:2 1 UDP 200 127.0.0.1 7001 typ host generation 0\r\n"
            + "a=candidate:3 1 udp 300 192.0.2.1 7002 typ srflx raddr 0.0.0.0 rport 0\r\n"
            + "a=candidate:4 1 tcp 400 127.0.0.1 7003 typ host tcptype passive\r\n"
            + "a=candidate:5 1 udp 500 ::1 7004 typ host\r\n"
            + "a=candidate:6 2 udp 600 127.0.0.1 7005 typ host\r\n";

    @Test
    void shouldTakeWhatAClientNeeds() throws AnswerException {
        Answer answer = Answer.parse(HEAD + MEDIA + "a=extmap:5/sendonly http://x/transport-wide-cc-extensions-01\r\n");
        assertEquals("u", answer.ufrag());
        assertEquals("p", answer.password());
        assertEquals("sha-256 AA:BB", answer.fingerprint());
        assertEquals(98, answer.payloadType());
        assertEquals(5, answer.transportCcId());
        assertFalse(answer.active());
    }

    @Test
    void shouldPreferTheBestAllowedHostCandidateOfUdp() throws AnswerException {
        Answer answer = Answer.parse(HEAD + MEDIA);
        assertEquals(7001, answer.candidate(InetAddress::isLoopbackAddress).getPort());
        assertEquals(
                7000, answer.candidate(address -> !address.isLoopbackAddress()).getPort());
        assertThrows(AnswerException.class, () -> answer.candidate(address -> false));
    }

    @Test
    void shouldSayThatTheServerBeginsWhenItIsActive() throws AnswerException {
        assertTrue(Answer.parse(HEAD + MEDIA.replace("passive\r\na=c", "active\r\na=c"))
                .active());
    }

    @Test
    void shouldRefuseAnAnswerWithoutMedia() {
        assertThrows(AnswerException.class, () -> Answer.parse(HEAD));
        assertThrows(AnswerException.class, () -> Answer.parse(HEAD + MEDIA.replace("video 9", "video 0")));
        assertThrows(AnswerException.class, () -> Answer.parse(HEAD + "m=video 9 UDP/TLS/RTP/SAVPF 98\r\n"));
        assertThrows(AnswerException.class, () -> Answer.parse(HEAD + MEDIA.replace("SAVPF 98", "SAVPF x")));
    }
}
