package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final RemoteAddress TO = new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_0001), 9, 0);

    private final NarrowPort port = new NarrowPort();
    private final LoopCounters counters = new LoopCounters();
    private final Outbox outbox = new Outbox(port, counters, Arena.ofAuto());

    /** Takes as many datagrams as a test lets it. */
    private static final class NarrowPort implements DatagramPort {
        private int room = Integer.MAX_VALUE;
        private int taken;
        private boolean isGivenUp;

        @Override
        public int port() {
            return 7000;
        }

        @Override
        public int receive(IngressBatch batch, LoopCounters counters) {
            return 0;
        }

        @Override
        public void send(EgressBatch batch, LoopCounters counters) {
            int sent = Math.min(room, batch.size() - batch.head());
            batch.advance(sent);
            room -= sent;
            taken += sent;
            if (isGivenUp) {
                counters.drop(DropReason.SEND_STUCK, batch.size() - batch.head());
                batch.advance(batch.size() - batch.head());
            }
        }

        @Override
        public void giveUp(int local) {
            isGivenUp = true;
        }

        @Override
        public void await(long timeoutNs) {}

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }

    private void put(long nowNs) {
        EgressBatch batch = outbox.batch(1, nowNs);
        assertTrue(batch.claim(EgressBatch.MAX_DATAGRAM_BYTES) >= 0, "there is always a place to write");
        batch.commit(100, TO);
    }

    @Test
    void shouldSendWhenTheBatchIsFullAndAtAFlush() {
        for (int i = 0; i < EgressBatch.CAPACITY + 10; i++) {
            assertNotNull(outbox.mediaBatch(0));
            put(0);
        }
        assertTrue(port.taken >= EgressBatch.CAPACITY - 1);
        outbox.flush(0);
        assertEquals(EgressBatch.CAPACITY + 10, port.taken);
        assertFalse(outbox.isBlocked());
        assertEquals(0, counters.get(Counter.SEND_WAITS));
    }

    @Test
    void shouldSendBetweenRunsOnlyWhenMuchWaits() {
        int written = 0;
        while (port.taken == 0) {
            assertFalse(outbox.isRunDue());
            for (int i = 0; i < 8 && port.taken == 0; i++) {
                EgressBatch batch = outbox.mediaBatch(0);
                batch.commit(EgressBatch.MAX_DATAGRAM_BYTES, TO);
                written++;
            }
            assertEquals(0, port.taken, "a run is not cut in two");
            if (outbox.isRunDue()) {
                outbox.flush(0);
            }
        }
        assertEquals(written, port.taken);
        assertTrue(written >= 64, "runs of several players leave together");
    }

    @Test
    void shouldStartNoRunWhileSomethingWaits() {
        port.room = 0;
        put(0);
        outbox.flush(0);
        for (int i = 0; i < 200; i++) {
            outbox.batch(1, 0).commit(EgressBatch.MAX_DATAGRAM_BYTES, TO);
        }
        assertTrue(outbox.isBlocked());
        assertFalse(outbox.isRunDue());
    }

    @Test
    void shouldTakeNoMediaWhileSomethingWaits() {
        port.room = 3;
        for (int i = 0; i < 5; i++) {
            put(0);
        }
        outbox.flush(0);
        assertTrue(outbox.isBlocked());
        assertNull(outbox.mediaBatch(0));
        assertEquals(1, counters.get(Counter.SEND_WAITS));
        port.room = 100;
        outbox.flush(1);
        assertFalse(outbox.isBlocked());
        assertNotNull(outbox.mediaBatch(1));
        assertEquals(5, port.taken);
    }

    @Test
    void shouldStopMediaInMidRunWhenTheSocketIsFull() {
        port.room = 10;
        int written = 0;
        while (outbox.mediaBatch(0) != null) {
            put(0);
            written++;
        }
        assertTrue(outbox.isBlocked());
        port.room = Integer.MAX_VALUE;
        outbox.flush(0);
        assertEquals(written, port.taken, "all that was written leaves");
        assertEquals(0, counters.get(DropReason.EGRESS_FULL));
    }

    @Test
    void shouldTakeSmallAnswersUntilTheBatchIsFullAndCountTheOthers() {
        port.room = 0;
        put(0);
        outbox.flush(0);
        int more = 2 * EgressBatch.CAPACITY;
        for (int i = 0; i < more; i++) {
            put(0);
        }
        outbox.flush(0);
        long dropped = counters.get(DropReason.EGRESS_FULL);
        assertTrue(dropped >= EgressBatch.CAPACITY);
        port.room = Integer.MAX_VALUE;
        outbox.flush(0);
        assertEquals(1 + more, port.taken + dropped);
    }

    @Test
    void shouldLetGoWhatWaitsTooLongWithoutProgress() {
        port.room = 1;
        put(0);
        put(0);
        put(0);
        outbox.flush(0);
        port.room = 1;
        outbox.flush(Outbox.STUCK_NS - 1);
        outbox.flush(2 * Outbox.STUCK_NS - 2);
        assertTrue(outbox.isBlocked(), "there was progress meanwhile");
        outbox.flush(2 * Outbox.STUCK_NS - 1);
        assertFalse(outbox.isBlocked());
        assertEquals(1, counters.get(DropReason.SEND_STUCK));
        assertEquals(2, port.taken);
    }
}
