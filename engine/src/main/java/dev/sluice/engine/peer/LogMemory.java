package dev.sluice.engine.peer;

import dev.sluice.engine.rtcp.PublicationClock;
import dev.sluice.engine.rtp.Codec;
import dev.sluice.engine.rtp.PacketLog;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PublishTrack;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Where the logs of tracks live: native memory, of which some is kept ready, so that a loop neither clears megabytes (2 to
 * 20 ms) nor closes an arena (0.4 to 5 ms). Safe for many threads.
 */
public final class LogMemory {
    /** Of a video track by default: 4 s of 8 Mbit/s. */
    public static final int VIDEO_BYTES = 4 << 20;
    /** Of an audio track by default: 8 s of 128 kbit/s. */
    public static final int AUDIO_BYTES = 128 << 10;

    /** A layer of several has a ring of this part of a track's: the smaller ones need less, the largest has 2 s of 8 Mbit/s. */
    private static final int LAYER_PART = 2;

    /** Rings of each kind that are kept when no log needs them. */
    private static final int SPARE = 16;

    private final Pool video;
    private final Pool layer;
    private final Pool audio;

    /**
     * @param videoBytes of a video track's log, a power of two
     * @param audioBytes of an audio track's log, a power of two
     */
    public LogMemory(int videoBytes, int audioBytes) {
        video = new Pool(videoBytes);
        layer = new Pool(videoBytes / LAYER_PART);
        audio = new Pool(audioBytes);
    }

    public static LogMemory defaults() {
        return new LogMemory(VIDEO_BYTES, AUDIO_BYTES);
    }

    /** What a publisher of sound and a picture in all the layers that are taken has. */
    public long mostBytes() {
        return (long) PublishTrack.MAX_LAYERS * layer.ringBytes + audio.ringBytes;
    }

    /** What the logs of these tracks take. */
    public long bytesOf(List<PublishTrack> tracks) {
        long bytes = 0;
        for (PublishTrack track : tracks) {
            bytes += (long) Math.max(1, track.rids().size()) * poolOf(track).ringBytes;
        }
        return bytes;
    }

    private Pool poolOf(PublishTrack track) {
        return track.kind() == MediaKind.AUDIO ? audio : track.rids().isEmpty() ? video : layer;
    }

    /** Sees to it that a ring of each kind is ready; to be called off the loops, now and then. */
    public void prepare() {
        video.prepare(1);
        audio.prepare(1);
    }

    /** Sees to it that this many rings for layers are ready; to be called off the loops. */
    public void prepareLayers(int layers) {
        layer.prepare(layers);
    }

    /**
     * A new track with an empty log, held once by its writer.
     *
     * @param slot which of the track's layers it is
     * @param clock shared by a publication's tracks
     */
    PublishedTrack open(PublishTrack track, int slot, PublicationClock clock) {
        Pool pool = poolOf(track);
        Ring ring = pool.take();
        PacketLog log = new PacketLog(ring.memory, () -> pool.giveBack(ring));
        String rid = track.rids().isEmpty() ? "" : track.rids().get(slot);
        return new PublishedTrack(
                track.codec(), codecOf(track.codec()), track.redPayloadType() >= 0, log, clock, slot, rid);
    }

    /** The codec's packets as the engine knows them; SDP writes opus in small letters. */
    static Codec codecOf(CodecFormat format) {
        return Codec.valueOf(format.name().toUpperCase(Locale.ROOT));
    }

    private record Ring(Arena arena, MemorySegment memory) {}

    /** Rings of one size. What a former log left in one is never read: a new log's readers begin at its own beginning. */
    private static final class Pool {
        private final int ringBytes;
        /** Without a lock, which loops would share with virtual threads. */
        private final Queue<Ring> spare = new ConcurrentLinkedQueue<>();

        Pool(int ringBytes) {
            this.ringBytes = ringBytes;
        }

        Ring take() {
            Ring ring = spare.poll();
            return ring != null ? ring : allocate();
        }

        void giveBack(Ring ring) {
            if (spare.size() < SPARE) {
                spare.add(ring);
            } else {
                Thread.ofVirtual().name("log-memory").start(ring.arena::close);
            }
        }

        void prepare(int rings) {
            for (int missing = Math.min(rings, SPARE) - spare.size(); missing > 0; missing--) {
                giveBack(allocate());
            }
        }

        private Ring allocate() {
            Arena arena = Arena.ofShared();
            return new Ring(arena, arena.allocate(ringBytes, 64));
        }
    }
}
