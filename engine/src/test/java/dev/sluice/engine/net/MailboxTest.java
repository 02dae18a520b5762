package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private final Mailbox mailbox = new Mailbox();

    @Test
    void shouldHandCommandsOverInOrder() {
        MediaLoop.Command first = (loop, nowNs) -> {};
        MediaLoop.Command second = (loop, nowNs) -> {};
        mailbox.offer(first);
        mailbox.offer(second);

        assertTrue(mailbox.isPending());
        assertSame(first, mailbox.poll());
        assertSame(second, mailbox.poll());
        assertNull(mailbox.poll());
        assertFalse(mailbox.isPending());
    }

    @Test
    void shouldRefuseWhenFull() {
        for (int i = 0; i < Mailbox.CAPACITY; i++) {
            assertTrue(mailbox.offer((loop, nowNs) -> {}));
        }
        assertFalse(mailbox.offer((loop, nowNs) -> {}));
        assertFalse(mailbox.offer((loop, nowNs) -> {}));
        assertEquals(2, mailbox.takeRefusals());
        assertEquals(0, mailbox.takeRefusals());
    }

    @Test
    void shouldLoseNothingWithManySenders() throws InterruptedException {
        int senders = 4;
        int each = 20_000;
        AtomicInteger run = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < senders; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int n = 0; n < each; n++) {
                    while (!mailbox.offer((loop, nowNs) -> run.incrementAndGet())) {
                        Thread.yield();
                    }
                }
            }));
        }
        while (run.get() < senders * each) {
            MediaLoop.Command command = mailbox.poll();
            if (command == null) {
                Thread.yield();
            } else {
                command.run(null, 0);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(senders * each, run.get());
        assertNull(mailbox.poll());
    }
}
