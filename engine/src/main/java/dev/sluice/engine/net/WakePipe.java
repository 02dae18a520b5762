package dev.sluice.engine.net;

import dev.sluice.natives.net.DescriptorWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a loop's sleep in its selector without a lock. {@link Selector#wakeup} takes a monitor that the selecting thread needs
 * too as it wakes, and a monitor for which virtual threads wait goes to one that still has to be mounted: while 500 players
 * joined on one core, loops stood before it for up to 0.8 s. {@link #ring} is safe for many threads, all else confined to one
 * media loop.
 */
final class WakePipe implements AutoCloseable {
    private static final int CLOSED = Integer.MIN_VALUE;

    private final Pipe pipe;
    private final int sink;
    private final ByteBuffer drained = ByteBuffer.allocateDirect(64);
    /** Who rings right now; negative once closed. A descriptor that is closed may soon be another's. */
    private final AtomicInteger ringers = new AtomicInteger();

    private WakePipe(Pipe pipe) {
        this.pipe = pipe;
        this.sink = ChannelDescriptor.of(pipe.sink());
    }

    /** Null where the system has no such thing: then the selector's own way has to do. */
    static WakePipe open(Selector selector) throws IOException {
        if (!ChannelDescriptor.isKnown() || !DescriptorWriter.isAvailable()) {
            return null;
        }
        WakePipe wake = new WakePipe(Pipe.open());
        try {
            wake.pipe.sink().configureBlocking(false);
            wake.pipe.source().configureBlocking(false);
            wake.pipe.source().register(selector, SelectionKey.OP_READ, wake);
            return wake;
        } catch (IOException e) {
            wake.close();
            throw e;
        }
    }

    void ring() {
        if (ringers.getAndIncrement() >= 0) {
            // A full pipe wakes as well as one more byte.
            boolean ignored = DescriptorWriter.writeByte(sink);
        }
        ringers.getAndDecrement();
    }

    /** Takes out what woke the loop. */
    void drain() {
        try {
            int taken;
            do {
                taken = pipe.source().read(drained.clear());
            } while (taken == drained.capacity());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Idempotent. */
    @Override
    public void close() throws IOException {
        if (ringers.get() >= 0) {
            ringers.getAndAdd(CLOSED);
        }
        while (ringers.get() != CLOSED) {
            Thread.onSpinWait();
        }
        pipe.sink().close();
        pipe.source().close();
    }
}
