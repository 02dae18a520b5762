package dev.sluice.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoopCountersTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final LoopCounters counters = new LoopCounters();

    @Test
    void shouldKeepEveryCounterApartWhenAllAreRaised() {
        int value = 1;
        for (Counter counter : Counter.values()) {
            counters.add(counter, value++);
        }
        for (DropReason reason : DropReason.values()) {
            counters.drop(reason, value++);
        }
        value = 1;
        for (Counter counter : Counter.values()) {
            assertEquals(value++, counters.get(counter), counter.name());
        }
        for (DropReason reason : DropReason.values()) {
            assertEquals(value++, counters.get(reason), reason.name());
        }
    }

    @Test
    void shouldKeepTheLargestWhenAMaximumIsRaised() {
        counters.max(Counter.DUTY_CYCLE_MAX_NS, 500);
        counters.max(Counter.DUTY_CYCLE_MAX_NS, 300);
        assertEquals(500, counters.get(Counter.DUTY_CYCLE_MAX_NS));
    }

    @Test
    void shouldAddSumsAndTakeMaximaWhenLoopsAreJoined() {
        LoopCounters other = new LoopCounters();
        counters.add(Counter.BYTES_IN, 7);
        other.add(Counter.BYTES_IN, 5);
        counters.max(Counter.DUTY_CYCLE_MAX_NS, 7);
        other.max(Counter.DUTY_CYCLE_MAX_NS, 9);
        other.drop(DropReason.LAPPED, 2);
        Map<String, Long> sums = LoopCounters.sum(List.of(counters, other));
        assertEquals(12, sums.get("bytes_in"));
        assertEquals(9, sums.get("duty_cycle_max_ns"));
        assertEquals(2, sums.get("drop.lapped"));
        assertEquals(Counter.values().length + DropReason.values().length, sums.size());
        for (DropReason reason : DropReason.values()) {
            assertNotNull(sums.get("drop." + reason.name().toLowerCase(java.util.Locale.ROOT)));
        }
    }

    @Test
    void shouldShowGrowingValuesWhenAnotherThreadReads() throws InterruptedException {
        int rounds = 1_000_000;
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < rounds; i++) {
                counters.increment(Counter.DATAGRAMS_IN);
            }
        });
        long prior = 0;
        while (prior < rounds) {
            long value = counters.get(Counter.DATAGRAMS_IN);
            assertTrue(value >= prior && value <= rounds);
            prior = value;
            Thread.onSpinWait();
        }
        writer.join();
    }

    @Test
    void shouldAllocateNothingWhenCounting() {
        long leastBytes = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && leastBytes > 0; attempt++) {
            long beforeBytes = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100_000; i++) {
                counters.increment(Counter.DATAGRAMS_IN);
                counters.add(Counter.BYTES_IN, i);
                counters.max(Counter.DUTY_CYCLE_MAX_NS, i);
                counters.drop(DropReason.LAPPED, 1);
            }
            leastBytes = Math.min(leastBytes, THREADS.getCurrentThreadAllocatedBytes() - beforeBytes);
        }
        assertEquals(0, leastBytes);
    }

    @Test
    void shouldFindEveryReasonBehindItsCode() {
        for (DropReason reason : DropReason.values()) {
            assertTrue(reason.code() < 0);
            assertEquals(reason, DropReason.ofCode(reason.code()));
        }
    }
}
