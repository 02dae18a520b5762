package dev.sluice.engine.threats;

import dev.sluice.engine.EngineLab;
import java.util.function.IntFunction;

/** Many datagrams, as fast as the engine reads them and no faster, so that the kernel drops none. Stateless. */
final class Barrage {
    /** Unread at most: these fit in the socket buffer of an untuned Linux, 208 KiB. */
    private static final int WINDOW = 128;

    private Barrage() {}

    /** Returns when the engine has read them all; nothing else may be sent to it meanwhile. */
    static void send(EngineLab lab, End from, int count, IntFunction<byte[]> datagrams) {
        send(lab, new End[] {from}, count, datagrams);
    }

    /** From these sources in turn. */
    static void send(EngineLab lab, End[] from, int count, IntFunction<byte[]> datagrams) {
        long before = lab.counter("datagrams_in");
        for (int i = 0; i < count; i++) {
            from[i % from.length].send(datagrams.apply(i));
            if (i % WINDOW == WINDOW - 1) {
                awaitRead(lab, before + i + 1 - WINDOW / 2);
            }
        }
        awaitRead(lab, before + count);
    }

    private static void awaitRead(EngineLab lab, long datagrams) {
        Eventually.untilSoon(
                () -> datagrams + " datagrams read, not " + lab.counter("datagrams_in"),
                () -> lab.counter("datagrams_in") >= datagrams);
    }
}
