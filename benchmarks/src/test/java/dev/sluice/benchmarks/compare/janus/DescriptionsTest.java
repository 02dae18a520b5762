package dev.sluice.benchmarks.compare.janus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DescriptionsTest {
    private static final String CLIENT = """
            v=0
            o=- 5 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            m=video 5000 UDP/TLS/RTP/SAVPF 96
            c=IN IP4 127.0.0.1
            a=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host
            a=ice-ufrag:client
            a=ice-pwd:clientclientclientclient
            a=fingerprint:sha-256 AA:BB
            a=setup:actpass
            a=mid:0
            a=recvonly
            a=rtcp-mux
            a=rtpmap:96 VP8/90000
            a=rtcp-fb:96 nack
            a=rtcp-fb:96 nack pli
            """;

    /** Of Janus 1.1.2, shortened. */
    private static final String JANUS = """
            v=0
            o=- 6 1 IN IP4 198.18.0.1
            s=VideoRoom load-0
            t=0 0
            a=group:BUNDLE v
            a=fingerprint:sha-256 CC:DD
            a=ice-lite
            m=video 9 UDP/TLS/RTP/SAVPF 96
            c=IN IP4 198.18.0.1
            a=sendonly
            a=mid:v
            a=rtcp-mux
            a=ice-ufrag:janus
            a=ice-pwd:janusjanusjanusjanusjanus
            a=setup:actpass
            a=rtpmap:96 VP8/90000
            a=rtcp-fb:96 ccm fir
            a=rtcp-fb:96 nack
            a=rtcp-fb:96 nack pli
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=ssrc:77 cname:janus
            a=candidate:1 1 udp 2015363327 198.18.0.1 21596 typ host
            a=end-of-candidates
            """;

    @Test
    void shouldAnswerTheClientWithWhatJanusOffered() {
        String answer = new Descriptions(CLIENT, JANUS, false).toClient().replace("\r\n", "\n");
        assertEquals("""
                v=0
                o=- 1 1 IN IP4 127.0.0.1
                s=-
                t=0 0
                a=group:BUNDLE 0
                a=ice-lite
                m=video 9 UDP/TLS/RTP/SAVPF 96
                c=IN IP4 127.0.0.1
                a=mid:0
                a=sendonly
                a=rtcp-mux
                a=setup:passive
                a=fingerprint:sha-256 CC:DD
                a=ice-ufrag:janus
                a=ice-pwd:janusjanusjanusjanusjanus
                a=rtpmap:96 VP8/90000
                a=rtcp-fb:96 ccm fir
                a=rtcp-fb:96 nack pli
                a=ssrc:77 cname:janus
                a=candidate:1 1 udp 2015363327 198.18.0.1 21596 typ host
                a=end-of-candidates
                """, answer);
    }

    @Test
    void shouldAnswerJanusInTheClientsName() {
        String answer = new Descriptions(CLIENT, JANUS, false).toJanus().replace("\r\n", "\n");
        assertTrue(answer.contains("a=group:BUNDLE v\n"), answer);
        assertTrue(answer.contains("a=mid:v\na=recvonly\na=rtcp-mux\na=setup:active\n"), answer);
        assertTrue(answer.contains("a=ice-ufrag:client\n"), answer);
        assertTrue(answer.contains("a=fingerprint:sha-256 AA:BB\n"), answer);
        assertFalse(answer.contains("ice-lite"), answer);
        assertFalse(answer.contains("nack\n") || answer.contains("extmap"), answer);
    }

    @Test
    void shouldRefuseASectionWithoutAPartner() {
        String offer = CLIENT + "m=audio 9 UDP/TLS/RTP/SAVPF 111\na=mid:1\na=rtpmap:111 opus/48000/2\n";
        String answer = new Descriptions(offer, JANUS, false).toClient().replace("\r\n", "\n");
        assertTrue(answer.contains("a=group:BUNDLE 0\n"), answer);
        assertTrue(answer.endsWith("m=audio 0 UDP/TLS/RTP/SAVPF 111\nc=IN IP4 0.0.0.0\na=mid:1\na=inactive\n"), answer);
    }

    @Test
    void shouldSayWhenNothingIsInCommon() {
        assertTrue(new Descriptions(CLIENT, JANUS, false).isPossible());
        assertFalse(new Descriptions(CLIENT.replace("VP8", "H264"), JANUS, false).isPossible());
        assertFalse(new Descriptions("nothing", JANUS, false).isPossible());
    }
}
