package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A real writer against real readers on a ring so small that they are lapped all the time. */
class PacketLogLappingTest {
    private static final int CAPACITY = 8192;
    private static final int PACKETS = 60_000;
    private static final int READERS = 3;
    private static final ExtensionMap IDS = new ExtensionMap(type -> type.ordinal() + 1);

    private final PacketLog log = new PacketLog(PacketLogTest.memory(CAPACITY), () -> {});

    private final CountDownLatch readersHere = new CountDownLatch(READERS);
    private volatile boolean over;

    private record Outcome(long whole, long torn, long laps) {}

    @Test
    void shouldGiveOnlyWholeRecordsWhenReadersAreLapped() throws InterruptedException, ExecutionException {
        run(this::copyAndCheck);
    }

    @Test
    void shouldWriteOnlyWholePacketsWhenRewritersAreLapped() throws InterruptedException, ExecutionException {
        run(this::rewriteAndCheck);
    }

    private void run(Supplier<Predicate<PacketLogReader>> work) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(READERS + 1)) {
            List<Future<Outcome>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(() -> {
                    try {
                        return read(work.get());
                    } finally {
                        readersHere.countDown();
                    }
                }));
            }
            threads.submit(() -> {
                        write();
                        return null;
                    })
                    .get();
            for (Future<Outcome> reader : readers) {
                Outcome outcome = reader.get();
                assertTrue(outcome.whole() > 0, outcome.toString());
                // 60,000 packets through a ring of about a dozen: nobody keeps up all the way.
                assertTrue(outcome.laps() + outcome.torn() > 0, outcome.toString());
            }
        }
    }

    private void write() throws InterruptedException {
        try {
            MemorySegment packet = PacketLogTest.memory(1600);
            RtpHeader header = new RtpHeader();
            Random random = new Random(1);
            for (int sequence = 1; sequence <= PACKETS; sequence++) {
                int payloadBytes = random.nextInt(1300);
                byte[] head = head(sequence);
                MemorySegment.copy(head, 0, packet, ValueLayout.JAVA_BYTE, 0, head.length);
                packet.asSlice(head.length, payloadBytes).fill((byte) pattern(sequence));
                assertEquals(0, header.parse(packet, 0, head.length + payloadBytes));
                int description = sequence % 50 == 0 ? PayloadDescription.KEY_FRAME_START : 0;
                assertTrue(log.append(header, IDS, description, sequence, sequence * 7L) >= 0);
                if (sequence == 1) {
                    // So that every reader is there when the flood begins.
                    readersHere.await();
                } else if (sequence % 64 == 0) {
                    Thread.yield();
                }
            }
        } finally {
            over = true;
        }
    }

    /** Ends when there is nothing more to read after the writer's last packet. */
    private Outcome read(Predicate<PacketLogReader> isWhole) {
        PacketLogReader reader = new PacketLogReader(log, 0);
        long whole = 0;
        long torn = 0;
        while (true) {
            boolean wasOver = over;
            if (!reader.next()) {
                if (wasOver) {
                    return new Outcome(whole, torn, reader.laps());
                }
                Thread.yield();
            } else if (isWhole.test(reader)) {
                whole++;
                readersHere.countDown();
            } else {
                torn++;
            }
        }
    }

    private Predicate<PacketLogReader> copyAndCheck() {
        byte[] copy = new byte[2048];
        Random random = new Random(3);
        long[] last = new long[1];
        return reader -> {
            int bytes = reader.extensionLength() + reader.payloadLength();
            MemorySegment.copy(reader.segment(), ValueLayout.JAVA_BYTE, reader.extensionOffset(), copy, 0, bytes);
            if (random.nextInt(200) == 0) {
                Thread.yield();
            }
            if (!reader.valid()) {
                return false;
            }
            assertWhole(reader, copy, bytes, last[0]);
            last[0] = reader.extendedSequence();
            return true;
        };
    }

    private Predicate<PacketLogReader> rewriteAndCheck() {
        RtpRewriter rewriter = new RtpRewriter(1, 100, -1, Codec.OPUS, new byte[] {'0'}, IDS, false, 1, 1);
        MemorySegment out = PacketLogTest.memory(2048);
        RtpHeader written = new RtpHeader();
        return reader -> {
            long before = rewriter.packets();
            int length = rewriter.write(reader, out, 0, 1500, 0, 0);
            if (length < 0) {
                assertEquals(DropReason.LAPPED.code(), length);
                assertEquals(before, rewriter.packets());
                return false;
            }
            assertEquals(0, written.parse(out, 0, length));
            assertEquals(before + 1, rewriter.packets());
            assertEquals(rewriter.mapTimestamp(reader.extendedSequence()), written.timestamp());
            long level = written.extension(IDS.id(ExtensionType.AUDIO_LEVEL));
            assertEquals((byte) reader.extendedSequence(), (byte) Bytes.u8(out, level));
            assertPattern(
                    TestPacket.slice(out, written.payloadOffset(), written.payloadLength()),
                    0,
                    written.payloadLength(),
                    reader.extendedSequence());
            return true;
        };
    }

    private static void assertWhole(PacketLogReader reader, byte[] copy, int bytes, long last) {
        long sequence = reader.extendedSequence();
        assertTrue(sequence > last, "records come in order");
        assertEquals(sequence * 7L, reader.arrivalNs());
        assertEquals(sequence, reader.timestamp());
        assertEquals(3, reader.extensionLength());
        assertEquals((byte) sequence, copy[2]);
        assertPattern(copy, 3, bytes, sequence);
    }

    private static void assertPattern(byte[] bytes, int from, int to, long sequence) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != (byte) pattern(sequence)) {
                throw new AssertionError("byte " + i + " of record " + sequence + " is not its own");
            }
        }
    }

    private static int pattern(long sequence) {
        return (int) (sequence * 31);
    }

    private static byte[] head(int sequence) {
        return new TestPacket()
                .sequence(sequence & 0xffff)
                .timestamp(sequence)
                .oneByte(ExtensionType.AUDIO_LEVEL.ordinal() + 1, (byte) sequence)
                .bytes();
    }
}
