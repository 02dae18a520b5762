package dev.sluice.engine.record;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the blocks of one section, big-endian. Confined to one thread. */
final class PcapngWriter {
    private static final int MAX_OPTION_BYTES = 0xffff;

    private final OutputStream out;
    private ByteBuffer block = ByteBuffer.allocate(1 << 16);
    private long bytes;

    PcapngWriter(OutputStream out) {
        this.out = out;
    }

    /** Written so far. */
    long bytes() {
        return bytes;
    }

    void sectionHeader(List<String> comments) throws IOException {
        begin(Pcapng.SECTION_HEADER);
        block.putInt(Pcapng.BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0);
        // The section's length: not told.
        block.putLong(-1);
        for (String comment : comments) {
            option(Pcapng.OPTION_COMMENT, comment);
        }
        option(Pcapng.OPTION_SHB_APPLICATION, "Sluice");
        endOptions();
        end();
    }

    void networkInterface(String name, List<String> comments) throws IOException {
        begin(Pcapng.INTERFACE);
        block.putShort((short) Pcapng.LINKTYPE_RAW).putShort((short) 0).putInt(0);
        option(Pcapng.OPTION_IF_NAME, name);
        option(Pcapng.OPTION_IF_RESOLUTION, new byte[] {9});
        for (String comment : comments) {
            option(Pcapng.OPTION_COMMENT, comment);
        }
        endOptions();
        end();
    }

    /**
     * A packet with its IP and UDP headers.
     *
     * @param unixNs since 1970
     * @param flags {@link Pcapng#INBOUND} or {@link Pcapng#OUTBOUND}
     */
    void packet(int networkInterface, long unixNs, int flags, byte[] headers, byte[] payload) throws IOException {
        int length = headers.length + payload.length;
        begin(Pcapng.ENHANCED_PACKET);
        room(length + 64);
        block.putInt(networkInterface)
                .putInt((int) (unixNs >> 32))
                .putInt((int) unixNs)
                .putInt(length)
                .putInt(length)
                .put(headers)
                .put(payload);
        pad();
        option(Pcapng.OPTION_EPB_FLAGS, ByteBuffer.allocate(4).putInt(flags).array());
        endOptions();
        end();
    }

    /** @param type of content */
    void custom(int type, byte[] content, int offset, int lengthBytes) throws IOException {
        begin(Pcapng.CUSTOM);
        room(lengthBytes + 64);
        block.putInt(Pcapng.ENTERPRISE).putLong(Pcapng.MAGIC).putInt(type).putInt(lengthBytes);
        block.put(content, offset, lengthBytes);
        pad();
        end();
    }

    void custom(int type, byte[] content) throws IOException {
        custom(type, content, 0, content.length);
    }

    private void begin(int type) {
        block.clear();
        block.putInt(type).putInt(0);
    }

    private void option(int code, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        option(code, value.length <= MAX_OPTION_BYTES ? value : java.util.Arrays.copyOf(value, MAX_OPTION_BYTES));
    }

    private void option(int code, byte[] value) {
        room(value.length + 64);
        block.putShort((short) code).putShort((short) value.length).put(value);
        pad();
    }

    private void endOptions() {
        block.putInt(Pcapng.OPTION_END);
    }

    private void pad() {
        while ((block.position() & 3) != 0) {
            block.put((byte) 0);
        }
    }

    private void room(int neededBytes) {
        if (block.remaining() < neededBytes) {
            block.flip();
            block = ByteBuffer.allocate(2 * (block.limit() + neededBytes)).put(block);
        }
    }

    private void end() throws IOException {
        int length = block.position() + 4;
        block.putInt(length).putInt(4, length);
        out.write(block.array(), 0, length);
        bytes += length;
    }
}
