package dev.sluice.benchmarks.load.client;

import dev.sluice.benchmarks.load.net.KernelClock;
import dev.sluice.benchmarks.load.net.ReceiveBatch;
import dev.sluice.engine.stun.StunMessage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What all clients share while it is their turn: memory to read into and write from, and the clock. Confined to the reactor. */
final class Desk {
    static final int OUT_BYTES = 2_048;
    private static final int BATCH = 64;
    /** Enough for header, extensions, STUN answers and sender reports. */
    static final int SLIM_BYTES = 160;

    /** Whole datagrams. */
    final ReceiveBatch whole = new ReceiveBatch(BATCH, OUT_BYTES);
    /** Their beginnings only: what is not looked at is not copied. */
    final ReceiveBatch slim = new ReceiveBatch(BATCH, SLIM_BYTES);

    final MemorySegment out = Arena.ofAuto().allocate(OUT_BYTES, 64);
    final StunMessage stun = new StunMessage();
    final KernelClock clock = new KernelClock();
}
