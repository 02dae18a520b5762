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
import java.util.concurrent.atomic.AtomicLong;

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

    /** Of each kind about so many rings are kept when no log needs them: 100 MiB by default. */
    private static final int SPARE = 16;

    private final long mostBytes;
    private final Pool video;
    private final Pool layer;
    private final Pool audio;
    /** Of logs that somebody writes or reads. */
    private final AtomicLong inUseBytes = new AtomicLong();

    private final AtomicLong refused = new AtomicLong();

    /**
     * @param videoBytes of a video track's log, a power of two
     * @param audioBytes of an audio track's log, a power of two
     * @param mostBytes of all logs together, those included that only players still read
     */
    public LogMemory(int videoBytes, int audioBytes, long mostBytes) {
        this.mostBytes = mostBytes;
        video = new Pool(videoBytes);
        layer = new Pool(videoBytes / LAYER_PART);
        audio = new Pool(audioBytes);
    }

    public static LogMemory defaults() {
        return new LogMemory(VIDEO_BYTES, AUDIO_BYTES, Long.MAX_VALUE);
    }

    /** What a publisher of sound and a picture in all the layers that are taken has, with logs of these sizes. */
    public static long largestPublisherBytes(int videoBytes, int audioBytes) {
        return (long) PublishTrack.MAX_LAYERS * (videoBytes / LAYER_PART) + audioBytes;
    }

    /** Whether there is room for so much more. A refusal is counted. */
    public boolean hasRoom(long moreBytes) {
        boolean room = moreBytes <= 0 || moreBytes <= mostBytes - inUseBytes.get();
        if (!room) {
            refused.incrementAndGet();
        }
        return room;
    }

    /** How often there was no room. */
    public long refused() {
        return refused.get();
    }

    /** Of logs that somebody writes or reads. */
    public long usedBytes() {
        return inUseBytes.get();
    }

    /** That all logs may take together. */
    public long mostBytes() {
        return mostBytes;
    }

    /** What a publisher of sound and a picture without layers takes. */
    public long leastPublisherBytes() {
        return (long) video.ringBytes + audio.ringBytes;
    }

    /** What the logs of these tracks take. */
    public long bytesOf(List<PublishTrack> tracks) {
        long bytes = 0;
        for (PublishTrack track : tracks) {
            bytes += (long) layers(track) * poolOf(track).ringBytes;
        }
        return bytes;
    }

    private static int layers(PublishTrack track) {
        return Math.max(1, track.rids().size());
    }

    private Pool poolOf(PublishTrack track) {
        return track.kind() == MediaKind.AUDIO ? audio : track.rids().isEmpty() ? video : layer;
    }

    /** Sees to it that a ring of each kind is ready; to be called off the loops. */
    public void prepare() {
        video.prepare();
        audio.prepare();
    }

    /** Makes rings for these tracks, beside those that wait for other publishers; to be called off the loops. */
    public void prepare(List<PublishTrack> tracks) {
        for (PublishTrack track : tracks) {
            for (int i = 0; i < layers(track); i++) {
                poolOf(track).prepareAnother();
            }
        }
    }

    /**
     * A new track with an empty log, held once by its writer.
     *
     * @param slot which of the track's layers it is
     * @param clock shared by a publication's tracks
     * @throws LogMemoryException when there is no room for it
     */
    PublishedTrack open(PublishTrack track, int slot, PublicationClock clock) {
        Pool pool = poolOf(track);
        long before;
        do {
            before = inUseBytes.get();
            if (before + pool.ringBytes > mostBytes) {
                refused.incrementAndGet();
                throw new LogMemoryException("all publishers' logs together may not be larger");
            }
        } while (!inUseBytes.compareAndSet(before, before + pool.ringBytes));
        Ring ring = take(pool);
        PacketLog log = new PacketLog(ring.memory, () -> {
            inUseBytes.addAndGet(-pool.ringBytes);
            pool.giveBack(ring);
        });
        String rid = track.rids().isEmpty() ? "" : track.rids().get(slot);
        return new PublishedTrack(
                track.codec(), codecOf(track.codec()), track.redPayloadType() >= 0, log, clock, slot, rid);
    }

    private Ring take(Pool pool) {
        try {
            return pool.take();
        } catch (OutOfMemoryError e) { // Of native memory: one publisher less, and no more than that.
            inUseBytes.addAndGet(-pool.ringBytes);
            refused.incrementAndGet();
            throw new LogMemoryException(e.getMessage());
        }
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

        void prepare() {
            if (spare.isEmpty()) {
                prepareAnother();
            }
        }

        void prepareAnother() {
            if (spare.size() < SPARE) {
                try {
                    spare.add(allocate());
                } catch (OutOfMemoryError e) { // Of native memory. Whoever needs a ring hears of it.
                    return;
                }
            }
        }

        private Ring allocate() {
            Arena arena = Arena.ofShared();
            return new Ring(arena, arena.allocate(ringBytes, 64));
        }
    }
}
