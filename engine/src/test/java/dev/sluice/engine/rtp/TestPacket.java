package dev.sluice.engine.rtp;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/** Builds RTP packets by hand, right ones and wrong ones. Confined to one thread. */
final class TestPacket {
    private final ByteArrayOutputStream elements = new ByteArrayOutputStream();
    private int payloadType = 96;
    private boolean marker;
    private int sequence = 1;
    private long timestamp = 1000;
    private int csrcs;
    private boolean extension;
    private boolean twoByte;
    private byte[] payload = {};
    private int padding;

    TestPacket payloadType(int type) {
        payloadType = type;
        return this;
    }

    TestPacket marker() {
        marker = true;
        return this;
    }

    TestPacket sequence(int number) {
        sequence = number;
        return this;
    }

    TestPacket timestamp(long value) {
        timestamp = value;
        return this;
    }

    TestPacket csrcs(int count) {
        csrcs = count;
        return this;
    }

    TestPacket oneByte(int id, byte... data) {
        extension = true;
        elements.write(id << 4 | data.length - 1);
        elements.writeBytes(data);
        return this;
    }

    TestPacket twoByte(int id, byte... data) {
        extension = true;
        twoByte = true;
        elements.write(id);
        elements.write(data.length);
        elements.writeBytes(data);
        return this;
    }

    /** Bytes into the extension as they are. */
    TestPacket rawExtension(boolean two, byte... bytes) {
        extension = true;
        twoByte = two;
        elements.writeBytes(bytes);
        return this;
    }

    TestPacket payload(byte... bytes) {
        payload = bytes;
        return this;
    }

    TestPacket padding(int bytes) {
        padding = bytes;
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x80 | (padding > 0 ? 0x20 : 0) | (extension ? 0x10 : 0) | csrcs);
        out.write((marker ? 0x80 : 0) | payloadType);
        number(out, sequence, 2);
        number(out, timestamp, 4);
        number(out, 0x11223344, 4);
        for (int i = 0; i < csrcs; i++) {
            number(out, 0x55000000L + i, 4);
        }
        if (extension) {
            while (elements.size() % 4 != 0) {
                elements.write(0);
            }
            number(out, twoByte ? 0x1000 : 0xbede, 2);
            number(out, elements.size() / 4, 2);
            out.writeBytes(elements.toByteArray());
        }
        out.writeBytes(payload);
        if (padding > 0) {
            out.writeBytes(new byte[padding - 1]);
            out.write(padding);
        }
        return out.toByteArray();
    }

    /** The packet parsed, in native memory as the server has it. */
    RtpHeader header() {
        byte[] bytes = bytes();
        RtpHeader header = new RtpHeader();
        if (header.parse(nativeCopy(bytes), 0, bytes.length) != 0) {
            throw new IllegalStateException("not a packet");
        }
        return header;
    }

    static MemorySegment nativeCopy(byte[] bytes) {
        MemorySegment segment = Arena.ofAuto().allocate(Math.max(1, bytes.length));
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, segment, 0, bytes.length);
        return segment.asSlice(0, bytes.length);
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] slice(MemorySegment segment, long offset, long length) {
        return segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static void number(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (value >>> 8 * i));
        }
    }
}
