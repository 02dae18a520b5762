package dev.sluice.engine.rtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;

/**
 * Whatever a publisher sends through the log to a player: nothing throws, and what comes out is a packet again. The first
 * byte chooses codec and player.
 */
class RtpPathFuzzTest {
    private static final Codec[] CODECS = Codec.values();
    private static final ExtensionMap IDS = new ExtensionMap(type -> type.ordinal() + 1);
    private static final ExtensionMap LARGE_IDS = new ExtensionMap(type -> type.ordinal() + 14);

    @FuzzTest
    void shouldWriteAPacketOrDropIt(byte[] bytes) {
        if (bytes.length > 0) {
            forward(bytes[0] & 0xff, bytes);
        }
    }

    static void forward(int choice, byte[] bytes) {
        RtpHeader header = new RtpHeader();
        MemorySegment segment = MemorySegment.ofArray(bytes);
        if (header.parse(segment, 1, bytes.length - 1) != 0) {
            return;
        }
        Codec codec = CODECS[choice % CODECS.length];
        boolean twoByte = (choice & 0x40) != 0;
        int redType = (choice & 0x20) != 0 ? 63 : -1;
        ExtensionMap ids = (choice & 0x80) != 0 ? IDS : LARGE_IDS;
        PacketLog log = new PacketLog(MemorySegment.ofArray(new byte[1 << 14]), () -> {});
        RtpRewriter rewriter = new RtpRewriter(1, 100, redType, codec, new byte[] {'0'}, ids, twoByte, 1, 1);
        int description = codec.describe(segment, header.payloadOffset(), header.payloadLength());
        // Said to start a key frame, so that it is rewritten in any case.
        if (log.append(header, IDS, description | PayloadDescription.KEY_FRAME_START, 70_000, 0) < 0) {
            return;
        }
        PacketLogReader reader = new PacketLogReader(log, 0);
        MemorySegment out = MemorySegment.ofArray(new byte[1500]);
        while (reader.next()) {
            int length = rewriter.write(reader, out, 0, 1500, 0, 0);
            if (length >= 0 && header.parse(out, 0, length) != 0) {
                throw new AssertionError("what was written is no packet");
            }
            if (length >= 0) {
                writeAgain(rewriter, reader, out, length);
            }
        }
    }

    /** The same bytes once more, and the same again out of the retransmission made of them. */
    private static void writeAgain(RtpRewriter rewriter, PacketLogReader reader, MemorySegment first, int length) {
        MemorySegment expected = first.asSlice(0, length);
        MemorySegment out = MemorySegment.ofArray(new byte[1500]);
        int again = rewriter.writeAgain(reader, out, RtxPacket.HEAD_BYTES, 1500 - RtxPacket.HEAD_BYTES, 0);
        if (again < 0) {
            return;
        }
        check(again == length && expected.mismatch(out.asSlice(RtxPacket.HEAD_BYTES, again)) == -1, "another packet");
        RtpHeader header = new RtpHeader();
        check(header.parse(first, 0, length) == 0, "no packet");
        check(rewriter.sourceSequence(header.sequenceNumber()) == reader.extendedSequence(), "another number");
        int type = header.payloadType();
        int wrapped = RtxPacket.wrap(out, RtxPacket.HEAD_BYTES, again, 97, 2, 3);
        check(header.parse(out, 0, wrapped) == 0 && header.ssrc() == 2 && header.sequenceNumber() == 3, "no RTX");
        check(RtxPacket.restore(header, 1, type) == 0, "not restored");
        check(expected.mismatch(out.asSlice(header.offset(), header.lengthBytes())) == -1, "another original");
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }
}
