package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DependencyDescriptorTest {
    private final DependencyDescriptor descriptor = new DependencyDescriptor();
    private long sequence = 65_530;

    /** Writes bit fields. */
    private static final class Bits {
        private final byte[] bytes = new byte[256];
        private int at;

        Bits put(int count, long value) {
            for (int i = count - 1; i >= 0; i--) {
                bytes[at >>> 3] |= (byte) ((value >>> i & 1) << (7 - (at & 7)));
                at++;
            }
            return this;
        }

        /** A word for each template, a letter for each target: - absent, D discardable, S switch, R required. */
        void indications(String... templates) {
            for (char c : String.join("", templates).toCharArray()) {
                put(2, "-DSR".indexOf(c));
            }
        }

        byte[] finish() {
            return Arrays.copyOf(bytes, at + 7 >>> 3);
        }
    }

    /** Two spatial and two temporal layers, the upper spatial one needing the lower at every picture; ids from 10. */
    private static byte[] structure(int template) {
        Bits bits = new Bits().put(1, 1).put(1, 1).put(6, template).put(16, 7).put(5, 0b10000);
        bits.put(6, 10).put(5, 3);
        // Layers: 0/0 key, 0/0, 0/1, 1/0 key, 1/0, 1/1.
        bits.put(2, 0).put(2, 1).put(2, 2).put(2, 0).put(2, 1).put(2, 3);
        // Targets 0/0, 0/1, 1/0, 1/1.
        bits.indications("SSSS", "SSRR", "-D-R", "--SS", "--SS", "---D");
        // References: none; 4; 2; 1; 4 and 1; 2 and 1.
        bits.put(1, 0);
        bits.put(1, 1).put(4, 3).put(1, 0);
        bits.put(1, 1).put(4, 1).put(1, 0);
        bits.put(1, 1).put(4, 0).put(1, 0);
        bits.put(1, 1).put(4, 3).put(1, 1).put(4, 0).put(1, 0);
        bits.put(1, 1).put(4, 1).put(1, 1).put(4, 0).put(1, 0);
        // Two chains of ns(5), each target's of ns(2), then the templates'.
        bits.put(2, 2).put(1, 0).put(1, 0).put(1, 1).put(1, 1);
        bits.put(24, 0).put(24, 0);
        bits.put(1, 1).put(16, 319).put(16, 179).put(16, 639).put(16, 359);
        return bits.finish();
    }

    @Test
    void shouldReadLayersAndSwitchPoints() {
        int key = read(structure(10));
        assertEquals(0, PayloadDescription.spatial(key));
        assertEquals(0, PayloadDescription.temporal(key));
        assertEquals(
                PayloadDescription.FRAME_START | PayloadDescription.FRAME_END | PayloadDescription.SWITCH_UP,
                key & ~PayloadDescription.KEY_FRAME_START);
        assertEquals(320 << 16 | 180, descriptor.dimensions(0));
        assertEquals(640 << 16 | 360, descriptor.dimensions(1));

        int upperOfKey = read(mandatory(13));
        assertEquals(1, PayloadDescription.spatial(upperOfKey));
        assertTrue(!has(upperOfKey, PayloadDescription.INTER_PICTURE));
        assertTrue(has(upperOfKey, PayloadDescription.NOT_FOR_UPPER));

        int lower = read(mandatory(11));
        assertTrue(has(lower, PayloadDescription.INTER_PICTURE) && !has(lower, PayloadDescription.NOT_FOR_UPPER));

        int temporal = read(mandatory(15));
        assertEquals(1, PayloadDescription.spatial(temporal));
        assertEquals(1, PayloadDescription.temporal(temporal));
        // Its lower layer's frame was a switch point for it; the second one may need the first.
        assertTrue(has(temporal, PayloadDescription.SWITCH_UP));
        assertTrue(!has(read(mandatory(15)), PayloadDescription.SWITCH_UP));
    }

    /** Pattern 0 2 1 2; ids 0 key, 1 lowest, 2 lowest that is no switch point, 3 middle, 4 top. */
    private static byte[] temporalStructure() {
        Bits bits = new Bits().put(1, 1).put(1, 1).put(6, 0).put(16, 7).put(5, 0b10000);
        bits.put(6, 0).put(5, 2);
        // Ids go by layers: 0 key, 0, 0, 1, 2.
        bits.put(2, 0).put(2, 0).put(2, 1).put(2, 1).put(2, 3);
        bits.indications("SSS", "SSS", "SRR", "-DS", "--D");
        // References: none, 4, 4, 2, 1; no chains, no sizes.
        bits.put(1, 0);
        bits.put(1, 1).put(4, 3).put(1, 0);
        bits.put(1, 1).put(4, 3).put(1, 0);
        bits.put(1, 1).put(4, 1).put(1, 0);
        bits.put(1, 1).put(4, 0).put(1, 0);
        bits.put(2, 0).put(1, 0);
        return bits.finish();
    }

    @Test
    void shouldNotLetALayerBeginThatALowerFrameIsNoSwitchPointFor() {
        read(temporalStructure());
        assertTrue(begins(3) && begins(4));
        read(temporalStructure());
        read(mandatory(2));
        assertTrue(!begins(3), "needs more of its layer");
        assertTrue(begins(4), "the middle layer's frame was one for the top");
    }

    @Test
    void shouldTellOnlyTheLayerOfAPacketThatComesLate() {
        byte[] structure = temporalStructure();
        read(structure);
        long late = sequence++;
        read(mandatory(2));
        int layer = read(mandatory(1), late);
        assertTrue(has(layer, PayloadDescription.FRAME_START));
        assertTrue(!begins(3), "what came late opens nothing");
        assertEquals(1, PayloadDescription.temporal(read(mandatory(3), late)));
        assertTrue(!has(read(mandatory(3), late), PayloadDescription.SWITCH_UP));
        // The structure of another key frame, which came after the one that was there already.
        sequence++;
        byte[] newer = structure(10);
        read(newer);
        assertEquals(0, read(structure, late));
        assertEquals(1, PayloadDescription.spatial(read(mandatory(15))));
    }

    /** As in libwebrtc's pattern 0 2 1 2, where upper layers' frames are "discardable" in their own. */
    @Test
    void shouldLetTemporalLayersBeginAfterTheLowerLayersSwitchPoints() {
        read(temporalStructure());

        for (int picture = 0; picture < 2; picture++) {
            assertTrue(begins(4), "2 after 0");
            assertTrue(begins(3), "1 after 0");
            assertTrue(begins(4), "2 after 1");
            assertTrue(!begins(4), "2 after 2");
            assertTrue(!begins(3), "1 after 1");
            // Of the packets of one frame the first counts.
            assertTrue(has(read(new byte[] {(byte) 0x81, 0, 9}), PayloadDescription.FRAME_START));
            read(new byte[] {0x41, 0, 9});
        }
    }

    private boolean begins(int template) {
        return has(read(mandatory(template)), PayloadDescription.SWITCH_UP);
    }

    @Test
    void shouldTakeAFramesOwnIndicationsAndReferences() {
        read(structure(10));
        Bits bits = new Bits().put(2, 2).put(6, 15).put(16, 9).put(5, 0b00110);
        bits.put(8, 0b00_00_00_10).put(2, 1).put(4, 0).put(2, 0);
        int own = read(bits.finish());
        assertTrue(has(own, PayloadDescription.SWITCH_UP) && !has(own, PayloadDescription.INTER_PICTURE));
    }

    @Test
    void shouldKnowNothingBeforeTheStructureOrOfAnUnknownTemplate() {
        assertEquals(0, read(mandatory(11)));
        read(structure(10));
        assertEquals(0, read(mandatory(16)));
        assertEquals(0, read(mandatory(9)));
        assertEquals(0, read(new byte[2]));
    }

    @Test
    void shouldBeReadAtEveryLengthAndWhateverItSays() {
        byte[] whole = structure(10);
        for (int length = 0; length <= whole.length; length++) {
            read(Arrays.copyOf(whole, length));
            read(mandatory(11));
        }
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = random.nextInt(2) == 0 ? structure(10) : new byte[random.nextInt(60)];
            for (int changes = random.nextInt(1 + bytes.length); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            int description = read(bytes);
            assertTrue(PayloadDescription.spatial(description) <= 3 && PayloadDescription.temporal(description) <= 3);
        }
    }

    private static byte[] mandatory(int template) {
        return new byte[] {(byte) (0xc0 | template), 0, 8};
    }

    private static boolean has(int description, int flag) {
        return PayloadDescription.has(description, flag);
    }

    private int read(byte[] bytes, long extended) {
        return descriptor.read(MemorySegment.ofArray(bytes), 0, bytes.length, extended);
    }

    private int read(byte[] bytes) {
        return read(bytes, sequence++);
    }
}
