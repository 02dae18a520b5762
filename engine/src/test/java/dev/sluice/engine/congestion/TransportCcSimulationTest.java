package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.congestion.FeedbackDecoder.Feedback;
import dev.sluice.engine.congestion.FeedbackDecoder.Status;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A publisher over a bad network: what its feedback tells is when each packet first came, to the tick. */
class TransportCcSimulationTest {
    private static final long MS = 1_000_000;
    private static final long TICK = TransportCcRecorder.TICK_NS;
    private static final int ROOM = 1_200;

    private record Packet(long index, long arrivalNs) {}

    @Test
    void shouldTellEveryArrivalWhenPacketsAreLostDoubledAndReordered() {
        for (long seed = 1; seed <= 60; seed++) {
            run(new SplittableRandom(seed), "seed " + seed);
        }
    }

    private static void run(SplittableRandom random, String seed) {
        long startIndex = 65_536 + random.nextInt(65_536);
        // 24 bits of 64 ms: some runs cross the reference time's wraps and zero.
        long startNs = random.nextInt(3) == 0 ? -2_000 * MS : random.nextLong(1L << 55);
        PriorityQueue<Packet> network = network(random, startIndex, startNs);
        TransportCcRecorder recorder = new TransportCcRecorder();
        Map<Long, Long> sent = new HashMap<>();
        Map<Long, Long> told = new HashMap<>();
        long newest = startIndex;
        long nextIndex = -1;
        byte[] memory = new byte[ROOM];
        for (Packet packet = network.poll(); packet != null; packet = network.poll()) {
            while (recorder.isPending() && recorder.deadlineNs() - packet.arrivalNs() <= 0) {
                int length = recorder.writeFeedback(MemorySegment.ofArray(memory), 0, ROOM, 1, 2);
                Feedback feedback = FeedbackDecoder.decode(Arrays.copyOf(memory, length));
                long first = index(feedback.base(), newest);
                assertTrue(nextIndex < 0 || first <= nextIndex, seed + ": a hole in what is told");
                tell(feedback, first, told, seed);
                nextIndex = first + feedback.count();
            }
            recorder.onPacket((int) packet.index() & 0xffff, packet.arrivalNs());
            sent.putIfAbsent(packet.index(), Math.floorDiv(packet.arrivalNs(), TICK));
            newest = Math.max(newest, packet.index());
        }
        while (recorder.isPending()) {
            int length = recorder.writeFeedback(MemorySegment.ofArray(memory), 0, ROOM, 1, 2);
            Feedback feedback = FeedbackDecoder.decode(Arrays.copyOf(memory, length));
            tell(feedback, index(feedback.base(), newest), told, seed);
        }
        assertEquals(sent.size(), told.size(), seed);
        sent.forEach((index, ticks) -> assertEquals(ticks & 0xffff_ffffL, told.get(index), seed + ", packet " + index));
    }

    private static PriorityQueue<Packet> network(SplittableRandom random, long startIndex, long startNs) {
        PriorityQueue<Packet> network = new PriorityQueue<>((a, b) -> Long.compare(a.arrivalNs() - b.arrivalNs(), 0));
        double loss = random.nextInt(3) * random.nextDouble(0.2);
        double doubled = random.nextDouble(0.05);
        long jitterNs = 1 + random.nextInt(3) * random.nextLong(60 * MS);
        // No reordering beyond the history: 120 ms are 600 packets at most, and a gap or two.
        long paceNs = 400_000 + random.nextLong(8 * MS);
        long sentNs = startNs;
        long index = startIndex;
        for (int i = 0; i < 4_000; i++) {
            sentNs += random.nextLong(paceNs);
            if (random.nextInt(500) == 0) {
                sentNs += random.nextLong(12_000 * MS);
            }
            if (random.nextInt(500) == 0) {
                index += random.nextInt(1_000);
            }
            if (random.nextDouble() >= loss) {
                network.add(new Packet(index, sentNs + random.nextLong(jitterNs)));
            }
            if (random.nextDouble() < doubled) {
                network.add(new Packet(index, sentNs + random.nextLong(jitterNs)));
            }
            index++;
        }
        return network;
    }

    /** Notes what a feedback tells; what was told twice must agree. Ticks modulo 2^32, as far as the wire knows them. */
    private static void tell(Feedback feedback, long first, Map<Long, Long> told, String seed) {
        long index = first;
        for (Status status : feedback.packets()) {
            if (status.arrived()) {
                Long before = told.put(index, status.ticks() & 0xffff_ffffL);
                assertTrue(
                        before == null || before == (status.ticks() & 0xffff_ffffL), seed + ": told otherwise before");
            }
            index++;
        }
    }

    private static long index(int sequence, long near) {
        return near + (short) (sequence - (int) near);
    }
}
