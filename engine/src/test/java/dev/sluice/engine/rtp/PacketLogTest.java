package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PacketLogTest {
    private static final int CAPACITY = 4096;
    private static final ExtensionMap IDS = new ExtensionMap(type -> type.ordinal() + 1);

    private final AtomicInteger freed = new AtomicInteger();
    private final PacketLog log = new PacketLog(memory(CAPACITY), freed::incrementAndGet);
    private long sequence = 70_000;

    @Test
    void shouldGiveBackEverythingThatWasAppended() {
        byte[] payload = {9, 8, 7, 6, 5};
        RtpHeader header = new TestPacket()
                .payloadType(102)
                .marker()
                .timestamp(0xfffffffeL)
                .csrcs(2)
                .oneByte(ExtensionType.AUDIO_LEVEL.ordinal() + 1, (byte) 0x33)
                .payload(payload)
                .padding(4)
                .header();
        PacketLogReader reader = new PacketLogReader(log, log.position());
        assertFalse(reader.next());
        assertEquals(0, log.append(header, IDS, 0xabc00, 123_456, 789));
        assertTrue(reader.next());
        assertEquals(0, reader.position());
        assertEquals(102, reader.payloadType());
        assertTrue(reader.marker());
        assertEquals(0xfffffffeL, reader.timestamp());
        assertEquals(123_456, reader.extendedSequence());
        assertEquals(789, reader.arrivalNs());
        assertEquals(0xabc00, reader.description());
        assertFalse(reader.startsKeyFrame());
        assertEquals(4, reader.paddingLength());
        assertArrayEquals(payload, TestPacket.slice(reader.segment(), reader.payloadOffset(), reader.payloadLength()));
        assertArrayEquals(new byte[] {0, 0, 0, 4}, TestPacket.slice(reader.segment(), reader.payloadOffset() + 5, 4));
        assertArrayEquals(
                new byte[] {(byte) ExtensionType.AUDIO_LEVEL.ordinal(), 1, 0x33},
                TestPacket.slice(reader.segment(), reader.extensionOffset(), reader.extensionLength()));
        assertTrue(reader.valid());
        assertFalse(reader.next());
        assertEquals(reader.nextPosition(), log.position());
    }

    @Test
    void shouldFindAPacketByItsNumberWhileItIsThere() {
        PacketLogReader reader = new PacketLogReader(log, 0);
        assertFalse(reader.find(0), "an empty log");
        for (int i = 0; i < 3; i++) {
            log.append(new TestPacket().payload((byte) i).header(), IDS, 0, 70_000 + i, 0);
        }
        for (int i : new int[] {2, 0, 1}) {
            assertTrue(reader.find(70_000 + i));
            assertEquals(70_000 + i, reader.extendedSequence());
            assertArrayEquals(new byte[] {(byte) i}, TestPacket.slice(reader.segment(), reader.payloadOffset(), 1));
            assertTrue(reader.valid());
        }
        assertFalse(reader.find(70_003), "never came");
        assertFalse(reader.find(70_000 + (1 << 16)), "another with the same last bits");
        for (int i = 0; i < CAPACITY / 64; i++) {
            log.append(new TestPacket().payload((byte) 9).header(), IDS, 0, 70_100 + i, 0);
        }
        assertFalse(reader.find(70_002), "overwritten");
        assertTrue(reader.find(70_099 + CAPACITY / 64));
    }

    @Test
    void shouldKeepOnlyTheElementsThatPlayersMayGet() {
        TestPacket packet = new TestPacket();
        for (ExtensionType type : ExtensionType.values()) {
            packet.twoByte(type.ordinal() + 1, (byte) type.ordinal());
        }
        packet.twoByte(ExtensionType.AUDIO_LEVEL.ordinal() + 1, (byte) 99);
        packet.twoByte(77, (byte) 1);
        log.append(packet.payload((byte) 1).header(), IDS, 0, 1, 0);
        PacketLogReader reader = new PacketLogReader(log, 0);
        assertTrue(reader.next());
        byte[] elements = TestPacket.slice(reader.segment(), reader.extensionOffset(), reader.extensionLength());
        assertArrayEquals(new byte[] {2, 1, 2, 3, 1, 3, 4, 1, 4, 5, 1, 5, 6, 1, 6}, elements);
    }

    @Test
    void shouldForgetElementsOfThePacketBefore() {
        log.append(new TestPacket().oneByte(4, (byte) 1).oneByte(5, (byte) 2).header(), IDS, 0, 1, 0);
        log.append(new TestPacket().oneByte(5, (byte) 3).header(), IDS, 0, 2, 0);
        PacketLogReader reader = new PacketLogReader(log, 0);
        assertTrue(reader.next());
        assertEquals(6, reader.extensionLength());
        assertTrue(reader.next());
        assertArrayEquals(
                new byte[] {4, 1, 3},
                TestPacket.slice(reader.segment(), reader.extensionOffset(), reader.extensionLength()));
    }

    @Test
    void shouldFillTheRingToTheLastByteWhenRecordsFitExactly() {
        int payload = 512 - PacketLog.HEAD_BYTES;
        PacketLogReader reader = new PacketLogReader(log, 0);
        for (int i = 0; i < 50; i++) {
            assertEquals(512L * i, append(payload), "no filler is needed");
            assertTrue(reader.next());
            assertRecord(reader, payload);
        }
    }

    @Test
    void shouldSkipTheRingsEndWhenARecordDoesNotFitThere() {
        PacketLogReader reader = new PacketLogReader(log, 0);
        for (int i = 0; i < 5; i++) {
            append(640 - PacketLog.HEAD_BYTES);
        }
        append(832 - PacketLog.HEAD_BYTES);
        assertEquals(4096, append(128 - PacketLog.HEAD_BYTES), "64 bytes are left and skipped");
        assertEquals(4096 + 128, log.position());
        int records = 0;
        while (reader.next()) {
            records++;
        }
        assertEquals(1, reader.laps(), "position 0 is overwritten");
        assertEquals(0, records, "no key frame to go on with");
    }

    @Test
    void shouldReadAcrossTheFillerWithoutLosingARecord() {
        Random random = new Random(5);
        PacketLogReader reader = new PacketLogReader(log, 0);
        for (int i = 0; i < 10_000; i++) {
            int payload = random.nextInt((int) log.maxRecordBytes() - PacketLog.HEAD_BYTES);
            long position = append(payload);
            assertTrue(reader.next());
            assertEquals(position, reader.position());
            assertRecord(reader, payload);
        }
        assertEquals(0, reader.laps());
    }

    @Test
    void shouldTellWithARunsFirstRecordHowLongItsLongestIs() {
        PacketLogReader reader = new PacketLogReader(log, 0);
        for (int payload : new int[] {100, 103, 90}) {
            append(payload);
        }
        log.endRun();
        append(7);
        int[] expected = {103, 0, 0, 0};
        for (int longest : expected) {
            assertTrue(reader.next());
            assertEquals(longest, reader.longestOfRun());
        }
        reader.seek(reader.position());
        log.endRun();
        log.endRun();
        assertTrue(reader.next());
        assertEquals(7, reader.longestOfRun(), "a run of one; one of none changes nothing");
    }

    @Test
    void shouldLeaveOtherRecordsAloneWhenARunIsLongerThanTheRing() {
        for (int i = 0; i < 8; i++) {
            append(640 - PacketLog.HEAD_BYTES);
        }
        byte[] before = TestPacket.slice(log.memory(), 0, CAPACITY);
        log.endRun();
        assertArrayEquals(before, TestPacket.slice(log.memory(), 0, CAPACITY));
    }

    @Test
    void shouldRefuseWhenARecordIsLargerThanAQuarter() {
        int largest = (int) log.maxRecordBytes() - PacketLog.HEAD_BYTES;
        assertEquals(0, append(largest));
        assertEquals(DropReason.LOG_TOO_LARGE.code(), append(largest + 1));
        assertEquals(1024, log.position());
    }

    @Test
    void shouldTellThatAReaderWasLappedAndGoOnAtTheEnd() {
        PacketLogReader reader = new PacketLogReader(log, 0);
        append(200);
        assertTrue(reader.next());
        for (int i = 0; i < 15; i++) {
            append(200);
            assertTrue(reader.valid(), "the ring is not yet full");
        }
        append(200);
        assertFalse(reader.valid());
        for (int i = 0; i < 20; i++) {
            append(200);
        }
        assertFalse(reader.next());
        assertEquals(1, reader.laps());
        append(100);
        assertTrue(reader.next());
        assertRecord(reader, 100);
        assertEquals(1, reader.laps());
    }

    @Test
    void shouldGoOnAtTheKeyFrameWhenLappedAndItIsInTheNewerHalf() {
        PacketLogReader reader = new PacketLogReader(log, 0);
        for (int i = 0; i < 30; i++) {
            append(200);
        }
        long key = appendKeyFrame(5000);
        append(200);
        assertTrue(reader.next());
        assertEquals(key, reader.position());
        assertEquals(1, reader.laps());
        for (int i = 0; i < 10; i++) {
            append(200);
        }
        PacketLogReader late = new PacketLogReader(log, 0);
        assertFalse(late.next(), "a long way back costs more than it brings");
    }

    @Test
    void shouldFindTheNewestKeyFrameWhileItIsInTheLog() {
        assertEquals(-1, log.keyFramePosition());
        long first = appendKeyFrame(1000);
        assertEquals(first, log.keyFramePosition());
        append(200);
        assertEquals(first, log.keyFramePosition());
        long second = appendKeyFrame(2000);
        assertEquals(second, log.keyFramePosition());
        for (int i = 0; i < 15; i++) {
            append(200);
            assertEquals(second, log.keyFramePosition(), "after " + i);
        }
        append(200);
        assertEquals(-1, log.keyFramePosition());
    }

    @Test
    void shouldStartAKeyFrameOnceWhenParameterSetAndSlicesCarryOneTimestamp() {
        long start = appendKeyFrame(1000);
        long slice = appendKeyFrame(1000);
        assertEquals(start, log.keyFramePosition());
        PacketLogReader reader = new PacketLogReader(log, slice);
        assertTrue(reader.next());
        assertFalse(reader.startsKeyFrame());
        assertTrue(PayloadDescription.carriesDimensions(reader.description()), "the rest of the description stays");
        assertEquals(appendKeyFrame(1001), log.keyFramePosition());
    }

    @Test
    void shouldTellTheKeyFramesStartOnceWhenAnH264ParameterSetComesBeforeItsSlice() {
        assertFalse(log.startedKeyFrame());
        assertTrue(startsAtH264(TestPayloads.H264_SPS, 1000), "the parameter set");
        assertFalse(startsAtH264(TestPayloads.H264_IDR, 1000), "its slice");
        assertTrue(startsAtH264(TestPayloads.H264_IDR, 4000), "a key frame without a parameter set");
        append(10);
        assertFalse(log.startedKeyFrame(), "no key frame");
        appendKeyFrame(5000);
        assertEquals(DropReason.LOG_TOO_LARGE.code(), append((int) log.maxRecordBytes()));
        assertFalse(log.startedKeyFrame(), "nothing was recorded");
    }

    @Test
    void shouldReadFromAnyRecordAgain() {
        long first = append(10);
        append(20);
        PacketLogReader reader = new PacketLogReader(log, log.position());
        assertFalse(reader.next());
        reader.seek(first);
        assertTrue(reader.next());
        assertEquals(10, reader.payloadLength());
        assertTrue(reader.next());
        assertEquals(20, reader.payloadLength());
        assertFalse(reader.next());
    }

    @Test
    void shouldFreeTheMemoryOnceWhenTheLastHoldIsReleased() {
        assertTrue(log.tryRetain());
        log.release();
        assertEquals(0, freed.get());
        log.release();
        assertEquals(1, freed.get());
        assertFalse(log.tryRetain());
        assertThrows(IllegalStateException.class, log::release);
        assertEquals(1, freed.get());
    }

    @Test
    void shouldRefuseMemoryThatIsNoPowerOfTwo() {
        assertThrows(IllegalArgumentException.class, () -> new PacketLog(memory(4095), () -> {}));
        assertThrows(IllegalArgumentException.class, () -> new PacketLog(memory(6144), () -> {}));
        assertThrows(IllegalArgumentException.class, () -> new PacketLog(memory(512), () -> {}));
    }

    /** Appends one payload as it came and tells what the log said of it; the record says the same. */
    private boolean startsAtH264(byte[] payload, long timestamp) {
        RtpHeader header =
                new TestPacket().timestamp(timestamp).payload(payload).header();
        int description = Codec.H264.describe(header.segment(), header.payloadOffset(), header.payloadLength());
        assertTrue(PayloadDescription.startsKeyFrame(description), "each of them may start one");
        PacketLogReader reader = new PacketLogReader(log, log.append(header, IDS, description, ++sequence, 0));
        assertTrue(reader.next());
        assertEquals(log.startedKeyFrame(), reader.startsKeyFrame());
        return log.startedKeyFrame();
    }

    private long append(int payloadBytes) {
        sequence++;
        return log.append(packet(payloadBytes, 1).header(), IDS, 0, sequence, sequence * 1000);
    }

    private long appendKeyFrame(long timestamp) {
        sequence++;
        return log.append(
                packet(200, timestamp).header(),
                IDS,
                PayloadDescription.KEY_FRAME_START | PayloadDescription.DIMENSIONS,
                sequence,
                0);
    }

    private TestPacket packet(int payloadBytes, long timestamp) {
        byte[] payload = new byte[payloadBytes];
        new Random(sequence).nextBytes(payload);
        return new TestPacket()
                .sequence((int) sequence & 0xffff)
                .timestamp(timestamp)
                .payload(payload);
    }

    private void assertRecord(PacketLogReader reader, int payloadBytes) {
        assertEquals(sequence, reader.extendedSequence());
        assertEquals(sequence * 1000, reader.arrivalNs());
        byte[] expected = new byte[payloadBytes];
        new Random(sequence).nextBytes(expected);
        assertArrayEquals(expected, TestPacket.slice(reader.segment(), reader.payloadOffset(), reader.payloadLength()));
        assertTrue(reader.valid());
    }

    static MemorySegment memory(long bytes) {
        return Arena.ofAuto().allocate(bytes, 64);
    }
}
