package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Between the loop that writes a log and one that reads it. */
class NewsTest {
    private static final int ROUNDS = 100_000;

    private final LiveStream stream = new LiveStream("stream");
    private final TestSink readersLoop = new TestSink();
    private final TestSink writersLoop = new TestSink();
    private final News news = new News();

    private PlayerGroup reader() {
        PlayerGroup group = new PlayerGroup(stream, false, 0, readersLoop, news);
        stream.addReader(group, false);
        return group;
    }

    /** The writer goes on when the reader has seen what it wrote: news that is lost ends the test by its time. */
    @Test
    @Timeout(60)
    void shouldTellOfEachPacketToAReaderThatLooksWhenItIsTold() throws Exception {
        reader();
        reader();
        AtomicLong log = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        FutureTask<Integer> writing = new FutureTask<>(() -> {
            for (int packet = 1; packet <= ROUNDS; packet++) {
                log.setRelease(packet);
                stream.tellReaders(writersLoop, false);
                // Now and then the next comes while the reader looks.
                while (packet % 3 == 0 && seen.get() < packet) {
                    Thread.onSpinWait();
                }
            }
            return ROUNDS;
        });
        Thread.ofPlatform().start(writing);
        while (seen.get() < ROUNDS) {
            if (news.isEmpty()) {
                Thread.onSpinWait();
            } else {
                news.take(readersLoop.fanout);
                seen.set(log.getAcquire());
            }
        }
        assertEquals(ROUNDS, writing.get());
    }

    @Test
    void shouldGiveTurnsInTheOrderOfTheNews() {
        PlayerGroup first = reader();
        PlayerGroup second = reader();
        PlayerGroup third = reader();
        second.onNews(writersLoop);
        first.onNews(writersLoop);
        second.onNews(writersLoop);
        assertEquals(2, readersLoop.rings);
        news.take(readersLoop.fanout);
        assertTrue(first.enlisted && second.enlisted);
        assertFalse(third.enlisted);
        assertTrue(news.isEmpty());
        second.onNews(readersLoop);
        assertEquals(2, readersLoop.rings, "it is awake");
        assertFalse(news.isEmpty());
    }

    @Test
    void shouldTellOfAnotherPublication() {
        reader();
        stream.publish(null);
        assertEquals(1, readersLoop.rings);
        assertFalse(news.isEmpty());
        assertTrue(news.takePublished());
        assertTrue(news.isEmpty());
    }
}
