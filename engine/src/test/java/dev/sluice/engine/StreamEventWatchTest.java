package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.StreamEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamEventWatchTest {
    private static StreamEvent event(int number) {
        return new StreamEvent(Kind.LIVE, "s", number, 0);
    }

    @Test
    void shouldCallOnceAtATimeAndInOrder() throws InterruptedException {
        int count = 1_000;
        List<Integer> heard = new ArrayList<>(); // Not for many threads: that is the point.
        CountDownLatch done = new CountDownLatch(count);
        StreamEventWatch watch = new StreamEventWatch(event -> {
            heard.add(event.players());
            done.countDown();
        });
        for (int i = 0; i < count; i++) {
            watch.onEvent(event(i));
        }
        done.await();
        assertEquals(IntStream.range(0, count).boxed().toList(), heard);
        assertEquals(0, watch.dropped());
    }

    @Test
    void shouldDropTheOldestOfASlowListenerAndNeverWaitForIt() throws InterruptedException {
        SynchronousQueue<Integer> heard = new SynchronousQueue<>();
        StreamEventWatch watch = new StreamEventWatch(event -> {
            try {
                heard.put(event.players());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        watch.onEvent(event(-1));
        assertEquals(-1, heard.take());
        int more = StreamEventWatch.MAX_WAITING + 10;
        for (int i = 0; i < more; i++) {
            watch.onEvent(event(i));
        }
        int first = heard.take();
        // The listener may have had the first of them in its hand already.
        int second = heard.take();
        assertTrue(first == 0 || first == 10 || first == 9, () -> "first " + first);
        assertTrue(second >= 9 && second <= 11, () -> "second " + second);
        assertTrue(watch.dropped() >= 9 && watch.dropped() <= 10, () -> "dropped " + watch.dropped());
        watch.end();
    }

    @Test
    void shouldGoOnWhenAListenerFails() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(2);
        StreamEventWatch watch = new StreamEventWatch(event -> {
            done.countDown();
            throw new IllegalStateException("on purpose");
        });
        watch.onEvent(event(1));
        watch.onEvent(event(2));
        done.await();
        assertEquals(0, done.getCount());
    }
}
