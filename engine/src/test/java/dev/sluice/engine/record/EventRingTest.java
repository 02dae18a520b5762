package dev.sluice.engine.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventRingTest {
    private final EventRing ring = new EventRing(1024);

    @Test
    void shouldGiveEventsInOrderAsTheyWerePut() {
        byte[] packet = {1, 2, 3, 4, 5};
        ring.putPacket(1, EventKind.RTP_OUT, 10, MemorySegment.ofArray(packet), 1, 3);
        ring.put(0, EventKind.TIMER, 11);
        ring.put(0, EventKind.LATE, 12, -7);
        ring.put(1, EventKind.CHOICE, 13, 1, -1, 3, 640, 360);
        RecordedEvent first = ring.poll();
        assertEquals(EventKind.RTP_OUT, first.kind());
        assertEquals(1, first.source());
        assertEquals(10, first.atNs());
        assertArrayEquals(new byte[] {2, 3, 4}, first.payload());
        assertEquals(EventKind.TIMER, ring.poll().kind());
        assertEquals(-7, ring.poll().value(0));
        RecordedEvent last = ring.poll();
        assertEquals(-1, last.value(1));
        assertEquals(360, last.value(4));
        assertEquals(0, last.value(5));
        assertNull(ring.poll());
    }

    @Test
    void shouldSayHowManyItMissedWhenThereIsRoomAgain() {
        for (int i = 0; i < 100; i++) {
            ring.put(0, EventKind.LATE, i, i);
        }
        long missed = ring.missed();
        assertTrue(missed > 0);
        for (long i = 0; i < 100 - missed; i++) {
            assertEquals(i, ring.poll().value(0));
        }
        assertNull(ring.poll());
        ring.put(0, EventKind.TIMER, 200);
        RecordedEvent told = ring.poll();
        assertEquals(EventKind.MISSED, told.kind());
        assertEquals(missed, told.value(0));
        assertEquals(EventKind.TIMER, ring.poll().kind());
        ring.put(0, EventKind.TIMER, 201);
        assertEquals(EventKind.TIMER, ring.poll().kind());
    }

    @Test
    void shouldMissWhatCanNeverFit() {
        ring.putPacket(0, EventKind.RTP_IN, 1, MemorySegment.ofArray(new byte[2_000]), 0, 2_000);
        assertEquals(1, ring.missed());
        ring.put(0, EventKind.TIMER, 2);
        assertEquals(EventKind.MISSED, ring.poll().kind());
        assertEquals(EventKind.TIMER, ring.poll().kind());
    }

    @Test
    void shouldKeepEveryByteWhenAnotherThreadReadsAlong() throws InterruptedException {
        int count = 200_000;
        EventRing shared = new EventRing(1 << 14);
        Thread writer = Thread.ofPlatform().start(() -> {
            SplittableRandom random = new SplittableRandom(5);
            MemorySegment bytes = MemorySegment.ofArray(new byte[1_300]);
            for (int i = 0; i < count; i++) {
                int length = random.nextInt(1, 1_300);
                bytes.asSlice(0, length).fill((byte) i);
                long missed = shared.missed();
                do {
                    Thread.onSpinWait();
                    missed = shared.missed();
                    shared.putPacket(0, EventKind.RTP_IN, i, bytes, 0, length);
                } while (shared.missed() != missed);
            }
        });
        int next = 0;
        while (next < count) {
            RecordedEvent event = shared.poll();
            if (event == null) {
                Thread.onSpinWait();
            } else if (event.kind() != EventKind.MISSED) {
                assertEquals(next, event.atNs());
                for (byte octet : event.payload()) {
                    assertEquals((byte) next, octet);
                }
                next++;
            }
        }
        writer.join();
    }

    @Test
    void shouldRefuseASizeThatIsNoPowerOfTwo() {
        assertThrows(IllegalArgumentException.class, () -> new EventRing(3_000));
    }
}
