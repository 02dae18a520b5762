package dev.sluice.engine.peer;

import dev.sluice.engine.rtcp.PublicationClock;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PacketLog;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PublishTrack;
import java.lang.foreign.Arena;
import java.util.Locale;

/**
 * Where the logs of tracks come from: native memory that is freed when the last reader lets go. Immutable.
 *
 * @param videoBytes of a video track's log, a power of two; 4 MiB hold 4 s of 8 Mbit/s
 * @param audioBytes of an audio track's log, a power of two; 128 KiB hold 8 s of 128 kbit/s
 */
public record LogMemory(int videoBytes, int audioBytes) {

    public static LogMemory defaults() {
        return new LogMemory(4 << 20, 128 << 10);
    }

    /** A new track with an empty log, held once by its writer; the clock is shared by a publication's tracks. */
    PublishedTrack open(PublishTrack track, PublicationClock clock) {
        Arena arena = Arena.ofShared();
        PacketLog log = new PacketLog(
                arena.allocate(track.kind() == MediaKind.VIDEO ? videoBytes : audioBytes, 64), arena::close);
        return new PublishedTrack(track.codec(), codecOf(track.codec()), track.redPayloadType() >= 0, log, clock);
    }

    /** The codec's packets as the engine knows them; SDP writes opus in small letters. */
    static Codec codecOf(CodecFormat format) {
        return Codec.valueOf(format.name().toUpperCase(Locale.ROOT));
    }
}
