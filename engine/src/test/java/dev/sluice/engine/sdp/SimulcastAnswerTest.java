package dev.sluice.engine.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.rtp.ExtensionType;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Simulcast in a publisher's offer (RFC 8851, 8852, 8853). */
class SimulcastAnswerTest {
    private static final String RID_EXTENSIONS = """
            a=extmap:20 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
            a=extmap:21 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
            """;

    @Test
    void shouldTakeTheLayersOfAnOffer() throws SdpException {
        PublishAnswer answer = publish(RID_EXTENSIONS + """
                a=rid:q send
                a=rid:h send
                a=rid:f send
                a=simulcast:send q;h;f
                """);
        PublishTrack video = answer.tracks().get(1);
        assertEquals(List.of("q", "h", "f"), video.rids());
        assertEquals(20, video.extensions().id(ExtensionType.RID));
        assertEquals(21, video.extensions().id(ExtensionType.REPAIRED_RID));
        assertEquals(List.of(), video.ssrcs(), "layers are told apart by RID");
        List<String> lines = SdpTestData.lines(answer.sdp(), 1);
        assertTrue(
                lines.containsAll(List.of("a=rid:q recv", "a=rid:h recv", "a=rid:f recv", "a=simulcast:recv q;h;f")));
        assertFalse(SdpTestData.lines(answer.sdp(), 0).stream().anyMatch(line -> line.contains("rid")));
    }

    @Test
    void shouldTakeTheFirstOfAlternativesAndPausedLayers() throws SdpException {
        PublishAnswer answer = publish(RID_EXTENSIONS + """
                a=simulcast:recv x send 1,2;~3
                a=rid:1 send pt=96,97;max-width=1280
                a=rid:2 send
                a=rid:3 send
                a=rid:x recv
                """);
        assertEquals(List.of("1", "3"), answer.tracks().get(1).rids());
    }

    @Test
    void shouldTakeFourLayersOfFifty() throws SdpException {
        StringBuilder lines = new StringBuilder(RID_EXTENSIONS);
        StringBuilder order = new StringBuilder("a=simulcast:send r0");
        for (int i = 0; i < 50; i++) {
            lines.append("a=rid:r").append(i).append(" send\n");
            order.append(i == 0 ? "" : ";r" + i);
        }
        PublishAnswer answer = publish(lines.append(order).append('\n').toString());
        assertEquals(List.of("r0", "r1", "r2", "r3"), answer.tracks().get(1).rids());
        assertTrue(SdpTestData.lines(answer.sdp(), 1).contains("a=simulcast:recv r0;r1;r2;r3"));
    }

    @Test
    void shouldRefuseLayersWithoutEnd() {
        StringBuilder lines = new StringBuilder(RID_EXTENSIONS);
        for (int i = 0; i < 65; i++) {
            lines.append("a=rid:r").append(i).append(" send\n");
        }
        assertThrows(SdpException.class, () -> publish(lines.toString()));
        String order = "a=simulcast:send " + "r0;".repeat(64) + "r0\n";
        assertThrows(SdpException.class, () -> publish(RID_EXTENSIONS + "a=rid:r0 send\n" + order));
    }

    @Test
    void shouldAnswerOneStreamWhereLayersCannotBeToldApartOrUsed() throws SdpException {
        assertOneStream("a=rid:q send\na=rid:h send\na=simulcast:send q;h\n");
        assertOneStream(RID_EXTENSIONS + "a=rid:q send\na=simulcast:send q\n");
        assertOneStream(RID_EXTENSIONS + "a=rid:q send pt=3\na=rid:h send pt=x,\na=simulcast:send q;h\n");
        assertOneStream(RID_EXTENSIONS + "a=rid:q/x send\na=rid:h send\na=simulcast:send q/x;h;nobody;;\n");
        assertOneStream(RID_EXTENSIONS + "a=rid:q recv\na=rid:h recv\na=simulcast:recv q;h\n");
    }

    private static void assertOneStream(String lines) throws SdpException {
        PublishAnswer answer = publish(lines);
        assertEquals(List.of(), answer.tracks().get(1).rids(), lines);
        assertEquals(0, answer.tracks().get(1).extensions().id(ExtensionType.RID));
        assertFalse(answer.sdp().contains("simulcast"));
    }

    /** Chromium's offer with these lines at the end of its video section. */
    private static PublishAnswer publish(String lines) throws SdpException {
        String offer = SdpTestData.wire("chromium-publish-ws")
                .lines()
                .filter(line -> !line.contains("rtp-stream-id"))
                .collect(Collectors.joining("\r\n"));
        return SdpTestData.publish(offer + "\r\n" + lines.replace("\n", "\r\n"));
    }
}
