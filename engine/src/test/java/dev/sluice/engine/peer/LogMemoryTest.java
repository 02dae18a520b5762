package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.rtcp.PublicationClock;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PublishTrack;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogMemoryTest {
    private static final CodecFormat VP8 = new CodecFormat(MediaKind.VIDEO, "VP8", 90_000, 0, "");
    private static final CodecFormat OPUS = new CodecFormat(MediaKind.AUDIO, "opus", 48_000, 2, "");

    @Test
    void shouldGiveEachKindOfTrackALogOfItsConfiguredSize() {
        LogMemory memory = new LogMemory(256 << 10, 32 << 10, 1 << 20);
        PublishedTrack video = open(memory, VP8);
        PublishedTrack audio = open(memory, OPUS);
        assertEquals(64 << 10, video.log().maxRecordBytes(), "a quarter");
        assertEquals(8 << 10, audio.log().maxRecordBytes());
        video.log().release();
        audio.log().release();
    }

    @Test
    void shouldBeginAnewInMemoryThatAnotherLogGaveBack() {
        LogMemory memory = new LogMemory(256 << 10, 32 << 10, 1 << 20);
        for (int i = 0; i < 50; i++) {
            PublishedTrack track = open(memory, VP8);
            assertEquals(0, track.log().position());
            track.log().release();
        }
    }

    @Test
    void shouldSayWhatTracksTake() {
        LogMemory memory = new LogMemory(256 << 10, 32 << 10, 1 << 20);
        assertEquals(288 << 10, memory.bytesOf(List.of(track(OPUS, List.of()), track(VP8, List.of()))));
        assertEquals(384 << 10, memory.bytesOf(List.of(track(VP8, List.of("q", "h", "f")))));
        assertEquals(
                LogMemory.largestPublisherBytes(256 << 10, 32 << 10),
                memory.bytesOf(List.of(track(OPUS, List.of()), track(VP8, List.of("a", "b", "c", "d")))));
    }

    /** A publisher that has gone leaves its log to those who still read it. */
    @Test
    void shouldCountALogUntilItsLastReaderLetsGo() {
        LogMemory memory = new LogMemory(256 << 10, 32 << 10, 300 << 10);
        PublishedTrack video = open(memory, VP8);
        assertTrue(video.log().tryRetain());
        video.log().release();
        assertFalse(memory.hasRoom(256 << 10));
        assertTrue(memory.hasRoom(44 << 10));
        assertThrows(LogMemoryException.class, () -> open(memory, VP8));
        assertEquals(2, memory.refused());
        open(memory, OPUS).log().release();
        video.log().release();
        assertTrue(memory.hasRoom(300 << 10));
        open(memory, VP8).log().release();
    }

    /** The offer was admitted when there was room. */
    @Test
    void shouldHoldNothingForAPublisherThatComesTooLate() {
        Network network = new Network();
        network.logMemory = new LogMemory(256 << 10, 32 << 10, 300 << 10);
        RemotePeer first = network.publisher();
        assertThrows(LogMemoryException.class, network::publisher);
        assertTrue(network.logMemory.hasRoom(12 << 10));
        assertFalse(network.logMemory.hasRoom(13 << 10));

        List<PublishTrack> layers = List.of(track(OPUS, List.of()), track(VP8, List.of("q", "h", "f")));
        assertThrows(LogMemoryException.class, () -> first.peer.publisher().renegotiate(layers, network.nowNs));
        assertFalse(network.logMemory.hasRoom(13 << 10));
        first.peer.end(PeerEnd.FAILED, network.nowNs, network.sink);
        assertTrue(network.logMemory.hasRoom(300 << 10));
    }

    private static PublishedTrack open(LogMemory memory, CodecFormat format) {
        return memory.open(track(format, List.of()), 0, new PublicationClock());
    }

    private static PublishTrack track(CodecFormat format, List<String> rids) {
        return new PublishTrack(
                format.kind(),
                "0",
                format,
                96,
                -1,
                List.of(),
                HeaderExtensions.NONE,
                true,
                false,
                false,
                false,
                false,
                -1,
                rids);
    }
}
