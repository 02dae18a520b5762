package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WakePipeTest {
    /** The system gives a closed descriptor's number to the next that is opened. */
    @Test
    void shouldWriteIntoNobodysDescriptorOnceClosed() throws IOException {
        try (Selector selector = Selector.open()) {
            WakePipe wake = WakePipe.open(selector);
            assumeTrue(wake != null);
            wake.close();
            selector.selectNow();
            List<Pipe> others = new ArrayList<>();
            try {
                for (int i = 0; i < 8; i++) {
                    Pipe other = Pipe.open();
                    other.source().configureBlocking(false);
                    others.add(other);
                }
                wake.ring();
                for (Pipe other : others) {
                    assertEquals(0, other.source().read(ByteBuffer.allocate(1)));
                }
            } finally {
                for (Pipe other : others) {
                    other.sink().close();
                    other.source().close();
                }
            }
            wake.close();
        }
    }

    @Test
    @Timeout(60)
    void shouldEndOneSleepByManyRings() throws IOException {
        try (Selector selector = Selector.open();
                WakePipe wake = WakePipe.open(selector)) {
            assumeTrue(wake != null);
            for (int i = 0; i < 1_000; i++) {
                wake.ring();
            }
            assertEquals(1, selector.select(key -> wake.drain()));
            assertEquals(0, selector.selectNow(key -> wake.drain()), "all rings were for that sleep");
        }
    }
}
