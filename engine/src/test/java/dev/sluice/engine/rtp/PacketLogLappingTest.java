package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;

/** A real writer against real readers on a ring so small that they are lapped all the time. */
class PacketLogLappingTest {
    private static final int CAPACITY = 8192;
    private static final int PACKETS = 200_000;
    private static final int READERS = 3;
    private static final ExtensionMap IDS = new ExtensionMap(type -> type.ordinal() + 1);

    private final PacketLog log = new PacketLog(PacketLogTest.memory(CAPACITY), () -> {});

    private final CountDownLatch readersHere = new CountDownLatch(READERS);
    private volatile boolean over;

    private record Outcome(long whole, long torn, long laps) {}

    @Test
    void shouldGiveOnlyWholeRecordsWhenReadersAreLapped() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(READERS + 1)) {
            List<Future<Outcome>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                int index = i;
                readers.add(threads.submit(() -> read(index)));
            }
            threads.submit(() -> {
                        write();
                        return null;
                    })
                    .get();
            for (Future<Outcome> reader : readers) {
                Outcome outcome = reader.get();
                assertTrue(outcome.whole() > 0, outcome.toString());
                // 200,000 packets through a ring of about a dozen: nobody keeps up all the way.
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
    private Outcome read(int seed) {
        PacketLog.Reader reader = new PacketLog.Reader(log, 0);
        byte[] copy = new byte[2048];
        Random random = new Random(seed);
        long whole = 0;
        long torn = 0;
        long last = 0;
        while (true) {
            boolean wasOver = over;
            if (!reader.next()) {
                if (wasOver) {
                    return new Outcome(whole, torn, reader.laps());
                }
                Thread.onSpinWait();
                continue;
            }
            int bytes = reader.extensionLength() + reader.payloadLength();
            MemorySegment.copy(reader.segment(), ValueLayout.JAVA_BYTE, reader.extensionOffset(), copy, 0, bytes);
            if (random.nextInt(200) == 0) {
                Thread.yield();
            }
            if (reader.valid()) {
                assertWhole(reader, copy, bytes, last);
                last = reader.extendedSequence();
                whole++;
                readersHere.countDown();
            } else {
                torn++;
            }
        }
    }

    private static void assertWhole(PacketLog.Reader reader, byte[] copy, int bytes, long last) {
        long sequence = reader.extendedSequence();
        assertTrue(sequence > last, "records come in order");
        assertEquals(sequence * 7L, reader.arrivalNs());
        assertEquals(sequence, reader.timestamp());
        assertEquals(3, reader.extensionLength());
        assertEquals((byte) sequence, copy[2]);
        for (int i = 3; i < bytes; i++) {
            if (copy[i] != (byte) pattern(sequence)) {
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
