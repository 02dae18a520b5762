package dev.sluice.engine.peer;

import dev.sluice.engine.rtcp.PublicationClock;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PacketLog;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PublishTrack;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Where the logs of tracks live: native memory, of which some is kept ready, so that a loop neither clears megabytes (2 to
 * 20 ms) nor closes an arena (0.4 to 5 ms). Safe for many threads.
 */
public final class LogMemory {
    /** Of a video track by default: 4 s of 8 Mbit/s. */
    public static final int VIDEO_BYTES = 4 << 20;
    /** Of an audio track by default: 8 s of 128 kbit/s. */
    public static final int AUDIO_BYTES = 128 << 10;

    /** Rings of each kind that are kept when no log needs them. */
    private static final int SPARE = 16;

    private final Pool video;
    private final Pool audio;

    /**
     * @param videoBytes of a video track's log, a power of two
     * @param audioBytes of an audio track's log, a power of two
     */
    public LogMemory(int videoBytes, int audioBytes) {
        video = new Pool(videoBytes);
        audio = new Pool(audioBytes);
    }

    public static LogMemory defaults() {
        return new LogMemory(VIDEO_BYTES, AUDIO_BYTES);
    }

    /** What a publisher of sound and picture takes. */
    public long bytesPerPublisher() {
        return (long) video.ringBytes + audio.ringBytes;
    }

    /** Sees to it that a ring of each kind is ready; to be called off the loops, now and then. */
    public void prepare() {
        video.prepare();
        audio.prepare();
    }

    /** A new track with an empty log, held once by its writer; the clock is shared by a publication's tracks. */
    PublishedTrack open(PublishTrack track, PublicationClock clock) {
        Pool pool = track.kind() == MediaKind.VIDEO ? video : audio;
        Ring ring = pool.take();
        PacketLog log = new PacketLog(ring.memory, () -> pool.giveBack(ring));
        return new PublishedTrack(track.codec(), codecOf(track.codec()), track.redPayloadType() >= 0, log, clock);
    }

    /** The codec's packets as the engine knows them; SDP writes opus in small letters. */
    static Codec codecOf(CodecFormat format) {
        return Codec.valueOf(format.name().toUpperCase(Locale.ROOT));
    }

    private record Ring(Arena arena, MemorySegment memory) {}

    /** Rings of one size. What a former log left in one is never read: a new log's readers begin at its own beginning. */
    private static final class Pool {
        private final int ringBytes;
        private final ArrayBlockingQueue<Ring> spare = new ArrayBlockingQueue<>(SPARE);

        Pool(int ringBytes) {
            this.ringBytes = ringBytes;
        }

        Ring take() {
            Ring ring = spare.poll();
            return ring != null ? ring : allocate();
        }

        void giveBack(Ring ring) {
            if (!spare.offer(ring)) {
                Thread.ofVirtual().name("log-memory").start(ring.arena::close);
            }
        }

        void prepare() {
            if (spare.isEmpty()) {
                giveBack(allocate());
            }
        }

        private Ring allocate() {
            Arena arena = Arena.ofShared();
            return new Ring(arena, arena.allocate(ringBytes, 64));
        }
    }
}
