package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        LogMemory memory = new LogMemory(256 << 10, 32 << 10);
        PublishedTrack video = open(memory, VP8);
        PublishedTrack audio = open(memory, OPUS);
        assertEquals(64 << 10, video.log().maxRecordBytes(), "a quarter");
        assertEquals(8 << 10, audio.log().maxRecordBytes());
        assertEquals(544 << 10, memory.mostBytes(), "with four layers of half the size");
        video.log().release();
        audio.log().release();
    }

    @Test
    void shouldBeginAnewInMemoryThatAnotherLogGaveBack() {
        LogMemory memory = new LogMemory(256 << 10, 32 << 10);
        for (int i = 0; i < 50; i++) {
            PublishedTrack track = open(memory, VP8);
            assertEquals(0, track.log().position());
            track.log().release();
        }
    }

    @Test
    void shouldSayWhatTracksTake() {
        LogMemory memory = new LogMemory(256 << 10, 32 << 10);
        assertEquals(288 << 10, memory.bytesOf(List.of(track(OPUS, List.of()), track(VP8, List.of()))));
        assertEquals(384 << 10, memory.bytesOf(List.of(track(VP8, List.of("q", "h", "f")))));
        assertEquals(
                memory.mostBytes(),
                memory.bytesOf(List.of(track(OPUS, List.of()), track(VP8, List.of("a", "b", "c", "d")))));
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
