package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SdpFragmentTest {
    private static final String CANDIDATE = "candidate:1 1 udp 2122194687 192.0.2.7 54042 typ host";

    @Test
    void shouldReadWhatMedoozesClientSends() throws SdpException {
        SdpFragment fragment = SdpFragment.parse("a=ice-ufrag:GS3i\r\na=ice-pwd:IcoNS33cG3awx92DT5biucd3\r\n"
                + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=" + CANDIDATE + "\r\na=end-of-candidates\r\n");
        assertEquals("GS3i", fragment.ufrag());
        assertEquals("IcoNS33cG3awx92DT5biucd3", fragment.password());
        assertEquals(List.of(new SdpFragment.Candidate("0", CANDIDATE)), fragment.candidates());
        assertTrue(fragment.endOfCandidates());
    }

    @Test
    void shouldReadARestartOfTwoLinesOnly() throws SdpException {
        SdpFragment fragment = SdpFragment.parse("a=ice-ufrag:newu\r\na=ice-pwd:IcoNS33cG3awx92DT5biucd3");
        assertEquals("newu", fragment.ufrag());
        assertEquals(List.of(), fragment.candidates());
        assertFalse(fragment.endOfCandidates());
    }

    @Test
    void shouldTakeWhatParsesOfEyevinnsClient() throws SdpException {
        SdpFragment fragment = SdpFragment.parse("a=ice-ufrag:GS3i\na=ice-pwd:short\nm=audio 9 RTP/AVP 0\na=mid:1\n"
                + "a=candidate:1 0 udp 2122194687 [2001:db8::7] 54042 typ host\n\u0000junk\na=candidate:\n");
        assertEquals("GS3i", fragment.ufrag());
        assertNull(fragment.password());
        assertEquals(1, fragment.candidates().size());
    }

    @Test
    void shouldBoundWhatItReads() throws SdpException {
        assertThrows(SdpException.class, () -> SdpFragment.parse("a".repeat(65_537)));
        String many = ("a=" + CANDIDATE + "\n").repeat(1_000);
        assertEquals(
                SdpLimits.MAX_CANDIDATES, SdpFragment.parse(many).candidates().size());
    }

    @Test
    void shouldWriteARestartThatItsClientsCanRead() throws SdpException {
        String text = SdpFragment.write(
                "localufr", "localpasswordlocalpassw0", "0", List.of(new HostCandidate(0, "192.0.2.1", 7000)));
        assertTrue(text.contains("a=ice-ufrag:localufr\r\na=ice-pwd:localpasswordlocalpassw0\r\n"));
        assertEquals(1, text.split("a=candidate", -1).length - 1);
        SdpFragment fragment = SdpFragment.parse(text);
        assertEquals("localufr", fragment.ufrag());
        assertEquals("0", fragment.candidates().getFirst().mid());
    }
}
