package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.congestion.TransportCcRecorder;
import dev.sluice.engine.rtp.ExtensionType;
import dev.sluice.engine.sdp.HeaderExtensions;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A player behind a bottleneck that tells of each packet when it arrived, as a browser does, and the publisher of the stream.
 * Confined to one test.
 */
final class NarrowWay {
    static final long MS = 1_000_000L;
    static final int TRANSPORT_ID = 3;
    static final HeaderExtensions IDS = HeaderExtensions.of(Map.of(ExtensionType.TRANSPORT_CC, TRANSPORT_ID));
    private static final long DELAY_NS = 20 * MS;
    private static final int PACKET_BYTES = 1_100;

    final Network network;
    final RemotePeer publisher;
    final RemotePeer player;
    private final TransportCcRecorder recorder = new TransportCcRecorder();
    private final ArrayDeque<long[]> arrivals = new ArrayDeque<>();
    private final ArrayDeque<byte[]> feedback = new ArrayDeque<>();
    private final ArrayDeque<Long> feedbackNs = new ArrayDeque<>();
    /** Time in the bottleneck's queue, of each packet. */
    final List<Long> queueNs = new ArrayList<>();
    /** Time before the way, from the publisher's sending on, of each packet of the picture. */
    final List<Long> waitNs = new ArrayList<>();

    long rateBps;
    long streamBps;
    boolean answers = true;
    int lossPercent;
    /** Mean of an extra delay both ways, exponential and at most five times that; it changes no order. */
    int jitterMs;

    private final Random chance;
    /** Packets of the picture that were lost and have not come again, by number, and when. */
    final Map<Integer, Long> missing = new HashMap<>();

    long lostPackets;
    private long freeNs;
    private long arrivalNs;
    private long heardNs;
    private int taken;
    private int frame;
    private int sequence;
    private int audio;
    private long ms;

    NarrowWay(long streamBps, long rateBps) {
        this(new Network(), streamBps, rateBps);
    }

    /** For a player without retransmissions: set {@link Network#playerRtxType} before. */
    NarrowWay(Network network, long streamBps, long rateBps) {
        this(network, streamBps, rateBps, 20261121);
    }

    NarrowWay(Network network, long streamBps, long rateBps, long seed) {
        this.network = network;
        chance = new Random(seed);
        this.streamBps = streamBps;
        this.rateBps = rateBps;
        publisher = network.publisher();
        player = network.addPlayer(network.stream, IDS);
        player.connect(network.nowNs);
        freeNs = network.nowNs;
    }

    Player side() {
        return player.peer.player();
    }

    /** Frames of 33 ms, sound of 20, everything in steps of one millisecond. */
    void run(long lengthMs) {
        for (long i = 0; i < lengthMs; i++, ms++) {
            network.nowNs += MS;
            if (ms % 2_000 == 0) {
                network.remotes.forEach(remote -> remote.check(network.nowNs));
            }
            if (ms % 33 == 0) {
                publishFrame(frame % 60 == 0);
            }
            if (ms % 20 == 0) {
                publisher.sendRtp(Network.opus(audio, audio * 960L), network.nowNs);
                audio++;
            }
            network.cycle();
            transmit();
            tell();
        }
    }

    private void publishFrame(boolean keyFrame) {
        long bytes = streamBps / 8 * 33 / 1000 * (keyFrame ? 3 : 1);
        int packets = (int) Math.max(1, bytes / PACKET_BYTES);
        for (int i = 0; i < packets; i++) {
            byte[] plain = Network.vp8(sequence++, frame * 2970L, frame & 0x7fff, keyFrame);
            byte[] packet = Arrays.copyOf(plain, 12 + PACKET_BYTES);
            Bytes.put32(MemorySegment.ofArray(packet), packet.length - 4, ms);
            if (i > 0) {
                // Not the start of a partition.
                packet[12] &= ~0x10;
            }
            if (i < packets - 1) {
                packet[1] &= 0x7f;
            }
            publisher.sendRtp(packet, network.nowNs);
        }
        frame++;
    }

    private void transmit() {
        for (; taken < player.rtp.size(); taken++) {
            RemotePeer.Received packet = player.rtp.get(taken);
            long startNs = Math.max(packet.atNs(), freeNs);
            queueNs.add(startNs - packet.atNs());
            freeNs = startNs + packet.bytes().length * 8_000_000_000L / rateBps;
            if (chance.nextInt(100) < lossPercent) {
                onLost(packet);
                continue;
            }
            if (packet.payloadType() == Network.RTX_TYPE) {
                // The original's number comes behind the header and its one extension (RFC 4588 section 4).
                missing.remove(Bytes.u16(MemorySegment.ofArray(packet.bytes()), 20));
            }
            byte[] bytes = packet.bytes();
            if (packet.payloadType() == 96 && (bytes[0] & 0x20) == 0) {
                waitNs.add((ms - Bytes.u32(MemorySegment.ofArray(bytes), bytes.length - 4)) * MS);
            }
            if ((packet.bytes()[0] & 0x10) != 0) {
                arrivalNs = Math.max(arrivalNs, freeNs + DELAY_NS + jitterNs());
                arrivals.add(new long[] {number(packet.bytes()), arrivalNs});
            }
        }
    }

    private void onLost(RemotePeer.Received packet) {
        if (packet.payloadType() == 96) {
            lostPackets++;
            missing.put(packet.sequence(), network.nowNs);
        }
    }

    /** The packet's transport-wide number: the only element of its header extension. */
    static int number(byte[] packet) {
        MemorySegment segment = MemorySegment.ofArray(packet);
        if ((packet[0] & 0x10) == 0 || Bytes.u8(segment, 16) != (TRANSPORT_ID << 4 | 1)) {
            throw new AssertionError("no number");
        }
        return Bytes.u16(segment, 17);
    }

    private void tell() {
        while (!arrivals.isEmpty() && arrivals.peek()[1] <= network.nowNs) {
            long[] arrival = arrivals.poll();
            recorder.onPacket((int) arrival[0], arrival[1]);
        }
        while (recorder.isPending() && recorder.deadlineNs() <= network.nowNs) {
            byte[] packet = new byte[1_200];
            int length = recorder.writeFeedback(MemorySegment.ofArray(packet), 0, 1_100, 1, 5_002);
            feedback.add(Arrays.copyOf(packet, length));
            heardNs = Math.max(heardNs, network.nowNs + DELAY_NS + jitterNs());
            feedbackNs.add(heardNs);
        }
        while (!feedback.isEmpty() && feedbackNs.peek() <= network.nowNs) {
            feedbackNs.poll();
            byte[] packet = feedback.poll();
            if (answers) {
                player.sendRtcp(packet, network.nowNs);
            }
        }
    }

    private long jitterNs() {
        return jitterMs == 0 ? 0 : (long) (jitterMs * MS * Math.min(5, -Math.log(1 - chance.nextDouble())));
    }

    long queueMs(int percent) {
        return percentileMs(queueNs, percent);
    }

    long waitMs(int percent) {
        return percentileMs(waitNs, percent);
    }

    private static long percentileMs(List<Long> timesNs, int percent) {
        long[] sorted = timesNs.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / MS;
    }
}
