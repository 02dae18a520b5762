package dev.sluice.engine.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.congestion.FeedbackDecoder.Feedback;
import dev.sluice.engine.congestion.FeedbackDecoder.Status;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransportCcRecorderTest {
    private static final long MS = 1_000_000;
    private static final long TICK = TransportCcRecorder.TICK_NS;
    private static final int ROOM = 1_200;

    private final TransportCcRecorder recorder = new TransportCcRecorder();
    private final byte[] memory = new byte[ROOM + 8];

    @Test
    void shouldWriteKnownBytesWhenOnePacketCame() {
        // Reference time 4,057,090, one small delta of 148 ticks: a published test vector of pion/rtcp.
        recorder.onPacket(153, (4_057_090L * 256 + 148) * TICK);
        int length = recorder.writeFeedback(MemorySegment.ofArray(memory), 4, ROOM, 0xfa17fa17L, 0x43032fa0L);
        assertEquals(
                "afcd0005fa17fa1743032fa0009900013de8020020019401",
                HexFormat.of().formatHex(memory, 4, 4 + length));
    }

    @Test
    void shouldUseARunAndBothVectorsWhenArrivalsCallForThem() {
        long now = 0;
        for (int i = 0; i < 20; i++) {
            recorder.onPacket(i, now += MS);
        }
        // 20 lost, then every other one: 14 of one bit each.
        for (int i = 40; i < 68; i += 2) {
            recorder.onPacket(i, now += MS);
        }
        // Gaps of 100 ms: large deltas, 7 of two bits each.
        for (int i = 70; i < 76; i += 2) {
            recorder.onPacket(i, now += 100 * MS);
        }
        byte[] bytes = write();
        assertEquals("2014", HexFormat.of().formatHex(bytes, 20, 22));
        assertEquals("0014", HexFormat.of().formatHex(bytes, 22, 24));
        // 1 0 1 0 …
        assertEquals("aaaa", HexFormat.of().formatHex(bytes, 24, 26));
        // 66 small, 67 to 69 lost, then large and lost by turns.
        assertEquals(76 - 1, FeedbackDecoder.decode(bytes).count());
        assertFalse(recorder.isPending());
    }

    @Test
    void shouldReportNothingWhenNothingCame() {
        assertFalse(recorder.isPending());
        assertEquals(0, write().length);
    }

    @Test
    void shouldCountFeedbackPacketsModulo256() {
        for (int i = 0; i < 300; i++) {
            recorder.onPacket(i, i * MS);
            assertEquals(i & 0xff, FeedbackDecoder.decode(write()).feedbackCount());
        }
    }

    @Test
    void shouldBeDueSoonerWhenPacketsComeFast() {
        recorder.onPacket(0, 1_000 * MS);
        assertEquals(1_100 * MS, recorder.deadlineNs());
        for (int i = 1; i < 8; i++) {
            recorder.onPacket(i, (1_000 + i) * MS);
        }
        assertEquals(1_100 * MS, recorder.deadlineNs());
        write();
        recorder.onPacket(8, 2_000 * MS);
        assertEquals(2_050 * MS, recorder.deadlineNs());
        write();
        recorder.onPacket(9, 3_000 * MS);
        assertEquals(3_100 * MS, recorder.deadlineNs());
    }

    @Test
    void shouldKeepTheFirstArrivalWhenAPacketComesTwice() {
        recorder.onPacket(7, 10 * MS);
        recorder.onPacket(7, 90 * MS);
        assertEquals(List.of("7@40"), arrived(write()));
        recorder.onPacket(7, 95 * MS);
        assertFalse(recorder.isPending());
    }

    @Test
    void shouldGoOnWhereItEndedWhenPacketsWereLostBetween() {
        recorder.onPacket(65_534, 10 * MS);
        write();
        recorder.onPacket(2, 20 * MS);
        Feedback feedback = FeedbackDecoder.decode(write());
        assertEquals(65_535, feedback.base());
        assertEquals(4, feedback.count());
        assertEquals(List.of("2@80"), arrived(feedback));
    }

    @Test
    void shouldReportAgainFromAnOvertakenPacketWhenItComesLate() {
        recorder.onPacket(100, 10 * MS);
        recorder.onPacket(102, 11 * MS);
        recorder.onPacket(103, 12 * MS);
        assertEquals(List.of("100@40", "102@44", "103@48"), arrived(write()));
        recorder.onPacket(101, 30 * MS);
        recorder.onPacket(104, 31 * MS);
        Feedback feedback = FeedbackDecoder.decode(write());
        assertEquals(101, feedback.base());
        assertEquals(List.of("101@120", "102@44", "103@48", "104@124"), arrived(feedback));
        assertFalse(recorder.isPending());
    }

    @Test
    void shouldTakeAPacketFromBeforeTheVeryFirstWhenItWasOvertaken() {
        recorder.onPacket(0, 10 * MS);
        recorder.onPacket(65_535, 11 * MS);
        assertEquals(List.of("65535@44", "0@40"), arrived(write()));
    }

    @Test
    void shouldStartANewFeedbackWhenPacketsAreTooFarApartInTime() {
        recorder.onPacket(1, 0);
        recorder.onPacket(3, 10_000 * MS);
        recorder.onPacket(4, 0);
        assertEquals(List.of("1@0"), arrived(write()));
        assertTrue(recorder.isPending());
        assertEquals(List.of("3@40000"), arrived(write()));
        assertEquals(List.of("4@0"), arrived(write()));
        assertFalse(recorder.isPending());
    }

    @Test
    void shouldForgetWhenTheGapIsLargerThanItsMemory() {
        recorder.onPacket(0, 0);
        recorder.onPacket(20_000, MS);
        Feedback feedback = FeedbackDecoder.decode(write());
        assertEquals(20_000, feedback.base());
        assertEquals(1, feedback.count());
        recorder.onPacket(1, 2 * MS);
        assertFalse(recorder.isPending(), "further back than the history");
    }

    @Test
    void shouldReportAllWhenTheGapJustFits() {
        recorder.onPacket(0, 0);
        recorder.onPacket(TransportCcRecorder.HISTORY - 1, MS);
        Feedback feedback = FeedbackDecoder.decode(write());
        assertEquals(TransportCcRecorder.HISTORY, feedback.count());
        assertEquals(List.of("0@0", "4095@4"), arrived(feedback));
        // One run for all that is missing.
        assertEquals(28, write(3 * MS, 4_096).length);
    }

    @Test
    void shouldFitTheRoomWhenOneFeedbackCannotHoldAll() {
        for (int room : new int[] {64, 65, 100, 576, 1_200}) {
            TransportCcRecorder each = new TransportCcRecorder();
            for (int i = 0; i < TransportCcRecorder.HISTORY; i++) {
                // Out of order by turns: the costliest deltas there are.
                each.onPacket(i, (1_000 + (i & 1) * 500) * MS);
            }
            List<String> all = new ArrayList<>();
            int packets = 0;
            byte[] target = new byte[room];
            while (each.isPending()) {
                int length = each.writeFeedback(MemorySegment.ofArray(target), 0, room, 1, 2);
                assertTrue(length <= room, length + " bytes of " + room);
                all.addAll(arrived(Arrays.copyOf(target, length)));
                packets++;
            }
            assertEquals(TransportCcRecorder.HISTORY, all.size());
            assertTrue(room < 1_200 || packets <= 9, packets + " packets");
        }
    }

    private byte[] write(long arrivalNs, int sequence) {
        recorder.onPacket(sequence, arrivalNs);
        recorder.onPacket(sequence + 1_000, arrivalNs);
        return write();
    }

    private byte[] write() {
        int length = recorder.writeFeedback(MemorySegment.ofArray(memory), 0, ROOM, 1, 2);
        return Arrays.copyOf(memory, length);
    }

    private static List<String> arrived(byte[] packet) {
        return arrived(FeedbackDecoder.decode(packet));
    }

    private static List<String> arrived(Feedback feedback) {
        return feedback.packets().stream()
                .filter(Status::arrived)
                .map(status -> status.sequence() + "@" + status.ticks())
                .toList();
    }
}
