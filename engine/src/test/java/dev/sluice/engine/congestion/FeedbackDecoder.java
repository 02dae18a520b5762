package dev.sluice.engine.congestion;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads transport feedback as the draft words it, sharing nothing with the writer, and refuses what a strict reader would:
 * a wrong length, chunks that say too little, bytes left over, padding not as RFC 3550 wants it.
 */
final class FeedbackDecoder {
    /** One packet's status; {@code ticks} (250 µs, from the reference time's zero) counts only when it arrived. */
    record Status(int sequence, boolean arrived, long ticks) {}

    record Feedback(long senderSsrc, long mediaSsrc, int base, int count, int feedbackCount, List<Status> packets) {}

    private FeedbackDecoder() {}

    static Feedback decode(byte[] packet) {
        ByteBuffer in = ByteBuffer.wrap(packet);
        check(packet.length % 4 == 0, "not whole words");
        int first = in.get() & 0xff;
        check((first & ~0x20) == 0x8f, "not version 2 and format 15");
        check((in.get() & 0xff) == 205, "not transport layer feedback");
        check((in.getShort() & 0xffff) + 1 == packet.length / 4, "wrong length");
        long sender = in.getInt() & 0xffff_ffffL;
        long media = in.getInt() & 0xffff_ffffL;
        int base = in.getShort() & 0xffff;
        int count = in.getShort() & 0xffff;
        int word = in.getInt();
        long ticks = (long) (word >> 8) * 256;
        check(count > 0, "speaks of nothing");
        List<Integer> symbols = new ArrayList<>();
        while (symbols.size() < count) {
            chunk(in.getShort() & 0xffff, count, symbols);
        }
        List<Status> packets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int symbol = symbols.get(i);
            check(symbol <= 2, "reserved symbol");
            ticks += symbol == 1 ? in.get() & 0xff : symbol == 2 ? in.getShort() : 0;
            packets.add(new Status(base + i & 0xffff, symbol != 0, ticks));
        }
        padding(in, (first & 0x20) != 0);
        return new Feedback(sender, media, base, count, word & 0xff, packets);
    }

    private static void chunk(int chunk, int count, List<Integer> symbols) {
        if ((chunk & 0x8000) == 0) {
            int run = chunk & 0x1fff;
            check(run > 0 && symbols.size() + run <= count, "a run of " + run);
            for (int i = 0; i < run; i++) {
                symbols.add(chunk >> 13 & 3);
            }
        } else {
            int bits = (chunk & 0x4000) == 0 ? 1 : 2;
            for (int shift = 14 - bits; shift >= 0; shift -= bits) {
                int symbol = chunk >> shift & (1 << bits) - 1;
                check(symbols.size() < count || symbol == 0, "a symbol behind the last packet");
                symbols.add(symbol);
            }
        }
    }

    private static void padding(ByteBuffer in, boolean announced) {
        int left = in.remaining();
        check(left < 4 && announced == left > 0, left + " bytes left, padding " + announced);
        while (in.remaining() > 1) {
            check(in.get() == 0, "padding not zero");
        }
        check(left == 0 || in.get() == left, "padding's count");
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }
}
