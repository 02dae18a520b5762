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

    long rateBps;
    long streamBps;
    boolean answers = true;
    int lossPercent;
    private final Random chance = new Random(20261121);
    /** Packets of the picture that were lost and have not come again, by number, and when. */
    final Map<Integer, Long> missing = new HashMap<>();

    long lostPackets;
    private long freeNs;
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
        this.network = network;
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
            if ((packet.bytes()[0] & 0x10) != 0) {
                arrivals.add(new long[] {number(packet.bytes()), freeNs + DELAY_NS});
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
            feedbackNs.add(network.nowNs + DELAY_NS);
        }
        while (!feedback.isEmpty() && feedbackNs.peek() <= network.nowNs) {
            feedbackNs.poll();
            byte[] packet = feedback.poll();
            if (answers) {
                player.sendRtcp(packet, network.nowNs);
            }
        }
    }

    long queueMs(int percent) {
        long[] sorted = queueNs.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / MS;
    }
}
