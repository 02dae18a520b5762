package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.rtp.RtpHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InboundRepairTest {
    private static final long MS = 1_000_000L;
    private static final long BASE = 70_000;

    private final InboundRepair repair = new InboundRepair();
    private final RtpHeader header = new RtpHeader();
    private final RtpHeader held = new RtpHeader();
    private final List<Long> log = new ArrayList<>();
    private long nowNs = 9_000_000_000L;

    /** As {@link Publisher} does it. */
    private int receive(long number, int payloadBytes) {
        long sequence = BASE + number;
        MemorySegment packet = Arena.ofAuto().allocate(12 + payloadBytes);
        byte[] bytes = Network.rtp(96, (int) sequence & 0xffff, sequence, 1, false, new byte[payloadBytes]);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, packet, 0, bytes.length);
        assertEquals(0, header.parse(packet, 0, bytes.length));
        int order = repair.onPacket(header, sequence, nowNs);
        if (order == InboundRepair.FORWARD) {
            log.add(number);
        }
        poll();
        if (order == InboundRepair.FORWARD_LAST) {
            log.add(number);
            repair.onFlushed(sequence);
        }
        return order;
    }

    private void poll() {
        while (repair.poll(held, nowNs)) {
            assertEquals(repair.polledSequence(), held.timestamp(), "other bytes than were held");
            assertEquals(repair.polledSequence() & 0xffff, Bytes.u16(held.segment(), held.offset() + 2));
            log.add(repair.polledSequence() - BASE);
        }
    }

    private void assertLog(long from, long to) {
        assertEquals(LongStream.rangeClosed(from, to).boxed().toList(), log);
    }

    @Test
    void shouldPutOvertakenPacketsInOrder() {
        for (long number : new long[] {0, 1, 4, 3, 2, 5, 7, 6, 8}) {
            receive(number, 100);
        }
        assertLog(0, 8);
        assertEquals(Long.MAX_VALUE, repair.waitLeftNs(nowNs));
    }

    @Test
    void shouldKeepTheOrderWhenMoreComesThanCanBeHeld() {
        receive(0, 10);
        for (int number = 2; number < 1_000; number++) {
            receive(number, 10);
        }
        assertEquals(999, log.size());
        assertEquals(LongStream.range(2, 1_000).boxed().toList(), log.subList(1, 999));
        assertEquals(InboundRepair.FORWARD, receive(1, 10), "late, and once");
        assertEquals(InboundRepair.DUPLICATE, receive(1, 10));
    }

    @Test
    void shouldHoldNoPacketThatDoesNotFit() {
        receive(0, 10);
        receive(2, 10);
        assertEquals(InboundRepair.FORWARD_LAST, receive(3, HeldPackets.SLOT_BYTES));
        assertEquals(List.of(0L, 2L, 3L), log);
        assertEquals(InboundRepair.FORWARD, receive(4, 10));
    }

    @Test
    void shouldWaitOnceForSeveralGaps() {
        receive(0, 10);
        receive(2, 10);
        nowNs += 60 * MS;
        receive(4, 10);
        nowNs += 20 * MS;
        assertTrue(repair.waitLeftNs(nowNs) <= 0);
        poll();
        assertEquals(List.of(0L, 2L), log);
        assertEquals(60 * MS, repair.waitLeftNs(nowNs));
        nowNs += 60 * MS;
        poll();
        assertEquals(List.of(0L, 2L, 4L), log);
    }

    @Test
    void shouldWaitForNothingOverLongWays() {
        receive(0, 10);
        receive(2, 10);
        nowNs += 10 * MS;
        assertEquals(1, repair.missing().takeDue(nowNs, new long[4]));
        nowNs += 75 * MS;
        poll();
        receive(1, 10);
        assertEquals(75 * MS, repair.missing().roundTripNs());
        receive(4, 10);
        assertEquals(List.of(0L, 2L, 1L, 4L), log, "its repair would come too late");
    }

    @Test
    void shouldWaitForNobodyWhoNeverAnswers() {
        receive(0, 10);
        receive(2, 10);
        long[] due = new long[4];
        for (int i = 0; i < 200; i++) {
            nowNs += 10 * MS;
            repair.missing().takeDue(nowNs, due);
            poll();
        }
        assertTrue(repair.missing().takeGivenUp());
        receive(4, 10);
        assertEquals(List.of(0L, 2L, 4L), log);
        assertFalse(repair.missing().roundTripNs() >= 0);
    }
}
