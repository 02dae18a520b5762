package dev.sluice.benchmarks.network.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final long MS = 1_000_000;

    /** With its headers 1,250 bytes, which take 10 ms at 1,000 kbit/s. */
    private static final int BYTES = 1_222;

    /** What arrives of so many that are offered every so many ms, in order of arrival. */
    private static List<Integer> run(Link<Integer> link, int count, long everyMs) {
        List<Integer> arrived = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            link.offer(i, BYTES, i * everyMs * MS);
            drain(link, (i + 1) * everyMs * MS - 1, arrived);
        }
        drain(link, (count * everyMs + 10_000) * MS, arrived);
        return arrived;
    }

    private static void drain(Link<Integer> link, long nowNs, List<Integer> to) {
        for (Integer next = link.poll(nowNs); next != null; next = link.poll(nowNs)) {
            to.add(next);
        }
    }

    @Test
    void shouldGiveADatagramOutWhenItsDelayIsOver() {
        Link<Integer> link = new Link<>(Way.delayed(25), 1);
        assertEquals(Long.MAX_VALUE, link.deadlineNs());
        link.offer(7, BYTES, 5 * MS);
        assertEquals(30 * MS, link.deadlineNs());
        assertNull(link.poll(30 * MS - 1));
        assertEquals(7, link.poll(30 * MS));
        assertEquals(Long.MAX_VALUE, link.deadlineNs());
        assertEquals(new Link.Counters(1, 1, BYTES + 28, 0, 0, 0), link.counters());
    }

    @Test
    void shouldLoseTheSameDatagramsWhenTheSeedIsTheSame() {
        Way way = Way.delayed(1).losing(0.1);
        List<Integer> arrived = run(new Link<>(way, 1), 10_000, 1);
        assertEquals(arrived, run(new Link<>(way, 1), 10_000, 1));
        assertNotEquals(arrived, run(new Link<>(way, 2), 10_000, 1));
        assertEquals(9_000, arrived.size(), 100);
    }

    @Test
    void shouldLoseTheShareAskedForInARow() {
        Link<Integer> link = new Link<>(Way.delayed(1).losing(0.05, 5), 1);
        List<Integer> arrived = run(link, 50_000, 1);
        assertEquals(47_500, arrived.size(), 300);
        for (int i = 1; i < arrived.size(); i++) {
            // Two bursts may follow each other at once.
            assertEquals(0, (arrived.get(i) - arrived.get(i - 1) - 1) % 5);
        }
    }

    @Test
    void shouldKeepTheOrderWhenDelaysDiffer() {
        List<Integer> arrived = run(new Link<>(Way.delayed(10).jittering(20), 1), 1_000, 2);
        assertEquals(1_000, arrived.size());
        assertEquals(arrived.stream().sorted().toList(), arrived);
    }

    @Test
    void shouldLetSuccessorsOvertakeWhenReordering() {
        List<Integer> arrived = run(new Link<>(Way.delayed(10).reordering(0.1, 20), 1), 1_000, 5);
        assertEquals(1_000, arrived.size());
        int late = 0;
        for (int i = 1; i < arrived.size(); i++) {
            late += arrived.get(i) < arrived.get(i - 1) ? 1 : 0;
        }
        assertEquals(100, late, 30);
    }

    @Test
    void shouldDeliverTwiceWhenDuplicating() {
        Link<Integer> link = new Link<>(Way.delayed(10).duplicating(0.5), 1);
        List<Integer> arrived = run(link, 1_000, 1);
        assertEquals(1_500, arrived.size(), 60);
        assertEquals(arrived.size() - 1_000, link.counters().duplicated());
    }

    @Test
    void shouldMakeDatagramsWaitForTheirTurnWhenARateIsSet() {
        Link<Integer> link = new Link<>(Way.delayed(5).carrying(1_000), 1);
        for (int i = 0; i < 3; i++) {
            link.offer(i, BYTES, 0);
        }
        assertEquals(30 * MS, link.queueNs(0));
        for (int i = 0; i < 3; i++) {
            long dueNs = (10 * (i + 1) + 5) * MS;
            assertNull(link.poll(dueNs - 1));
            assertEquals(i, link.poll(dueNs));
        }
        assertEquals(0, link.queueNs(40 * MS));
    }

    @Test
    void shouldDropWhatTheQueueCannotHold() {
        Link<Integer> link = new Link<>(Way.delayed(0).carrying(1_000).queueing(100), 1);
        for (int i = 0; i < 30; i++) {
            link.offer(i, BYTES, 0);
        }
        List<Integer> arrived = new ArrayList<>();
        drain(link, 1_000 * MS, arrived);
        assertEquals(11, arrived.size());
        assertEquals(19, link.counters().overflowed());
    }

    @Test
    void shouldChangeItsRateInTimeOnceBegun() {
        Way way = Way.delayed(0).carrying(List.of(new Way.Rate(0, 1_000), new Way.Rate(1_000, 100)));
        Link<Integer> link = new Link<>(way, 1);
        link.offer(0, BYTES, 5_000 * MS);
        assertEquals(5_010 * MS, link.deadlineNs());
        assertEquals(0, link.poll(5_010 * MS));
        link.begin(6_000 * MS);
        link.offer(1, BYTES, 7_000 * MS);
        assertEquals(7_100 * MS, link.deadlineNs());
        assertEquals(100 * MS, link.queueNs(7_000 * MS));
    }

    @Test
    void shouldCarryNoMoreThanItsRate() {
        Link<Integer> link = new Link<>(Way.delayed(10).jittering(3).carrying(500), 1);
        List<Integer> arrived = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            link.offer(i, BYTES, i * 10L * MS);
            drain(link, i * 10L * MS, arrived);
        }
        // Ten seconds of 500 kbit/s are 500 such datagrams.
        assertEquals(500, arrived.size(), 5);
        assertTrue(link.counters().overflowed() > 400);
    }
}
