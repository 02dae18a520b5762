package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.RtcpReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loss on a publisher's way, repaired before players see it, in virtual time and from a seed. */
class PublisherRepairTest {
    private static final long MS = 1_000_000L;
    private static final int PER_FRAME = 8;

    private final Network network = new Network();
    private RemotePeer publisher;
    private RemotePeer player;
    private int rtxType;
    private int rtxSequence = 700;
    /** What was sent first, by its 16-bit number: protected where it is repeated as it was. */
    private final Map<Integer, byte[]> sent = new HashMap<>();

    private final PriorityQueue<Arrival> way =
            new PriorityQueue<>(Comparator.comparingLong(Arrival::atNs).thenComparingInt(Arrival::number));
    private int rtcpRead;
    private final List<Integer> asked = new ArrayList<>();

    private record Arrival(byte[] datagram, long atNs, int number) {}

    private int arrivals;

    private void send(byte[] datagram, long delayMs) {
        way.add(new Arrival(datagram, network.nowNs + delayMs * MS, arrivals++));
    }

    private void connect(int rtxPayloadType) {
        rtxType = rtxPayloadType;
        publisher = network.publisher(network.stream, Network.repairedVideo(rtxPayloadType));
        player = network.player();
        network.cycle();
    }

    /** Sends packets of video as 30 frames a second, each packet over the way with its chance; answers what is asked for. */
    private void run(int frames, int lossPercent, int burst, long roundTripMs, long seed) {
        Random random = new Random(seed);
        int sequence = 65_000;
        int losing = 0;
        long lastCheckNs = network.nowNs;
        for (int ms = 0; ms < frames * 33 + 2_000; ms++) {
            network.nowNs += MS;
            if (network.nowNs - lastCheckNs > 2_000 * MS) {
                lastCheckNs = network.nowNs;
                publisher.check(network.nowNs);
                player.check(network.nowNs);
            }
            if (ms % 33 == 0 && ms / 33 < frames) {
                int frame = ms / 33;
                for (int i = 0; i < PER_FRAME; i++, sequence++) {
                    byte[] packet = packet(sequence & 0xffff, frame, i);
                    byte[] protectedPacket = publisher.protectRtp(packet);
                    sent.put(sequence & 0xffff, rtxType < 0 ? protectedPacket : packet);
                    if (losing == 0 && frame > 0 && random.nextInt(100 * burst) < lossPercent) {
                        losing = burst;
                    }
                    if (losing == 0) {
                        send(protectedPacket, roundTripMs / 2);
                    } else {
                        losing--;
                    }
                }
            }
            answer(random, lossPercent, roundTripMs);
            while (!way.isEmpty() && way.peek().atNs() <= network.nowNs) {
                int result = publisher.send(way.poll().datagram(), network.nowNs);
                if (result < 0) {
                    network.sink.drop(DropReason.ofCode(result));
                }
            }
            network.cycle();
        }
    }

    private static byte[] packet(int sequence, int frame, int part) {
        byte[] packet = Network.vp8(sequence, frame * 3_000L, frame & 0x7fff, frame == 0);
        if (part > 0) {
            packet[12] &= ~0x10;
        }
        if (part < PER_FRAME - 1) {
            packet[1] &= 0x7f;
        }
        return packet;
    }

    /** Questions take half a round trip, as answers do; either may be lost. */
    private void answer(Random random, int lossPercent, long roundTripMs) {
        for (; rtcpRead < publisher.rtcp.size(); rtcpRead++) {
            for (int number : nacked(publisher.rtcp.get(rtcpRead))) {
                asked.add(number);
                boolean questionLost = random.nextInt(100) < lossPercent;
                boolean answerLost = random.nextInt(100) < lossPercent;
                if (questionLost || answerLost) {
                    continue;
                }
                byte[] original = sent.get(number);
                byte[] again =
                        rtxType < 0 ? original : publisher.protectRtp(Network.rtx(original, rtxSequence++ & 0xffff));
                send(again, roundTripMs);
            }
        }
    }

    /** The numbers in a datagram's generic NACKs. */
    static List<Integer> nacked(byte[] datagram) {
        List<Integer> numbers = new ArrayList<>();
        MemorySegment all = MemorySegment.ofArray(datagram);
        for (long at = 0; at < datagram.length; at += 4 + 4 * Bytes.u16(all, at + 2)) {
            if (Bytes.u8(all, at + 1) != 205 || (Bytes.u8(all, at) & 0x1f) != 1) {
                continue;
            }
            assertEquals(Network.VIDEO_SSRC, Bytes.u32(all, at + 8));
            long end = at + 4 + 4 * Bytes.u16(all, at + 2);
            for (long entry = at + 12; entry < end; entry += 4) {
                int first = Bytes.u16(all, entry);
                int following = Bytes.u16(all, entry + 2);
                numbers.add(first);
                for (int i = 0; i < 16; i++) {
                    if ((following >> i & 1) != 0) {
                        numbers.add(first + i + 1 & 0xffff);
                    }
                }
            }
        }
        return numbers;
    }

    private long keyFrameRequests() {
        return publisher.rtcpKinds.stream()
                .filter(kind -> kind == RtcpReader.PLI)
                .count();
    }

    @ParameterizedTest
    @CsvSource({"97, 1", "97, 2", "-1, 3", "97, 20261121"})
    void shouldGivePlayersEveryPacketInOrderWhenTheWayIsShort(int rtx, long seed) {
        connect(rtx);
        run(600, 2, 1, 20, seed);
        List<RemotePeer.Received> received = Network.of(player, 96);
        assertEquals(600 * PER_FRAME, received.size(), "seed " + seed);
        int late = 0;
        for (int i = 1; i < received.size(); i++) {
            late += received.get(i).sequence() < received.get(i - 1).sequence() ? 1 : 0;
        }
        // Of a hundred, those whose repair was lost before the round trip was known.
        assertTrue(late <= 2, "seed " + seed + ", out of order: " + late);
        // One for the newcomer, none for the loss.
        assertTrue(keyFrameRequests() <= 1, "key frame requests " + keyFrameRequests());
        assertTrue(asked.size() < 600 * PER_FRAME * 5 / 100, "asked for " + asked.size());
        assertTrue(network.sink.counters().get(Counter.RTP_REPAIRED) > 60);
    }

    @ParameterizedTest
    @CsvSource({"97, 10, 1, 50, 4", "97, 5, 5, 50, 5", "97, 10, 1, 80, 6", "-1, 5, 1, 50, 7"})
    void shouldGivePlayersEveryPacketOnceHoweverBadTheWay(int rtx, int loss, int burst, long roundTripMs, long seed) {
        connect(rtx);
        run(600, loss, burst, roundTripMs, seed);
        List<RemotePeer.Received> received = Network.of(player, 96);
        Set<Integer> numbers = new HashSet<>();
        int first = received.getFirst().sequence();
        for (RemotePeer.Received packet : received) {
            int number = packet.sequence() - first & 0xffff;
            assertTrue(number < 600 * PER_FRAME, "seed " + seed + ": out of nowhere " + number);
            assertTrue(numbers.add(number), "seed " + seed + ": twice " + number);
        }
        assertTrue(
                numbers.size() >= 600 * PER_FRAME - 5,
                "seed " + seed + ": " + numbers.size() + ", dropped " + network.sink.drops + ", asked " + asked.size()
                        + ", repaired " + network.sink.counters().get(Counter.RTP_REPAIRED));
        assertTrue(keyFrameRequests() <= 2, "seed " + seed + ": key frame requests " + keyFrameRequests());
    }

    @Test
    void shouldHoldNothingLongerThanTheWaitAndAskForAKeyFrameInTheEnd() {
        connect(97);
        publisher.sendRtp(Network.vp8(1, 0, 1, true), network.nowNs);
        network.pass(10);
        publisher.sendRtp(Network.vp8(3, 6_000, 3, false), network.nowNs);
        network.pass(70);
        publisher.sendRtp(Network.vp8(5, 12_000, 5, false), network.nowNs);
        assertEquals(1, Network.of(player, 96).size(), "what is behind a gap waits");
        network.pass(20);
        assertEquals(2, Network.of(player, 96).size(), "and goes on without it");
        network.pass(70);
        assertEquals(3, Network.of(player, 96).size());
        List<RemotePeer.Received> received = Network.of(player, 96);
        assertEquals(received.get(0).sequence() + 2, received.get(1).sequence(), "a gap stays a gap");
        assertEquals(received.get(0).sequence() + 4, received.get(2).sequence());

        long before = keyFrameRequests();
        network.pass(1_500, publisher, player);
        assertTrue(keyFrameRequests() > before, "given up, and no key frame asked for");
    }

    @Test
    void shouldDropWhatWasHereBeforeAndTakeProbesForWhatTheyAre() {
        connect(97);
        byte[] first = Network.vp8(1, 0, 1, true);
        publisher.sendRtp(first, network.nowNs);
        network.pass(10);
        assertEquals(
                DropReason.RTP_DUPLICATE.code(), publisher.sendRtp(Network.rtx(first, 1), network.nowNs), "a probe");
        byte[] padding = Network.rtp(97, 2, 0, Network.RTX_SSRC, false, new byte[] {0, 0, 0, 4});
        padding[0] |= 0x20;
        assertEquals(0, publisher.sendRtp(padding, network.nowNs));
        byte[] ahead = Network.rtx(Network.vp8(9, 0, 1, false), 3);
        assertEquals(DropReason.RTP_DUPLICATE.code(), publisher.sendRtp(ahead, network.nowNs));

        publisher.sendRtp(Network.vp8(3, 6_000, 3, false), network.nowNs);
        byte[] second = Network.vp8(2, 3_000, 2, false);
        assertEquals(0, publisher.sendRtp(Network.rtx(second, 4), network.nowNs));
        assertEquals(
                DropReason.RTP_DUPLICATE.code(), publisher.sendRtp(second, network.nowNs), "late, after its repair");
        network.pass(20);
        assertEquals(3, Network.of(player, 96).size());
    }
}
