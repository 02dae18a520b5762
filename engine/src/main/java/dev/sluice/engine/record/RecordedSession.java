package dev.sluice.engine.record;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A recording as it was read from a file that {@link RecordingWriter} wrote; anybody's file may be tried. Confined to one thread.
 */
public final class RecordedSession {
    /** More than a recording may have. */
    private static final long MAX_FILE_BYTES = 1L << 30;

    private static final int MAX_BLOCK_BYTES = 1 << 20;
    private static final int BLOCK_HEAD_BYTES = 8;

    private final Map<String, String> facts = new HashMap<>();
    private final List<RecordedEvent> events = new ArrayList<>();
    private final ByteArrayOutputStream image = new ByteArrayOutputStream();
    private final List<ByteBuffer> memories = new ArrayList<>();
    private String end;
    private long clockOffsetNs;

    private RecordedSession() {}

    /**
     * Reads a file.
     *
     * @throws RecordingFormatException when it is no recording, was cut, or is of another version
     */
    public static RecordedSession read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RecordingFormatException("it is no file");
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new RecordingFormatException("it is larger than any recording");
        }
        RecordedSession session = new RecordedSession();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            session.readBlocks(in);
        } catch (EOFException e) {
            throw new RecordingFormatException("it is cut");
        }
        if (session.end == null) {
            throw new RecordingFormatException("it has no end: it is cut, or still being written");
        }
        return session;
    }

    /** For the replay, by name. */
    public Map<String, String> facts() {
        return facts;
    }

    /** In the order in which they were written. */
    public List<RecordedEvent> events() {
        return events;
    }

    /** Why the recording ended. */
    public String end() {
        return end;
    }

    /**
     * The objects that the image was made of, in their order; none without an image.
     *
     * @param outside by the declared type's name, what stands where something was left out
     */
    public List<Object> restore(int roots, Map<String, Object> outside) throws IOException {
        List<Object> objects = new ArrayList<>();
        List<MemorySegment> logs = new ArrayList<>();
        byte[] bytes = image.toByteArray();
        StateRestore restore = new StateRestore(new DataInputStream(new ByteArrayInputStream(bytes)), outside, logs);
        try {
            for (int i = 0; i < roots && bytes.length > 0; i++) {
                objects.add(restore.next());
            }
        } catch (EOFException e) {
            throw new RecordingFormatException("its image of the engine's state is cut");
        }
        for (ByteBuffer memory : memories) {
            int number = memory.getInt(0);
            long at = memory.getLong(4);
            int length = memory.capacity() - 12;
            if (number < 0
                    || number >= logs.size()
                    || at < 0
                    || at > logs.get(number).byteSize() - length) {
                throw new RecordingFormatException("its image of the engine's state is damaged");
            }
            MemorySegment.copy(MemorySegment.ofArray(memory.array()), 12, logs.get(number), at, length);
        }
        return objects;
    }

    private void readBlocks(DataInputStream in) throws IOException {
        boolean first = true;
        int type;
        while ((type = nextType(in)) != -1) {
            int length = in.readInt();
            boolean header = type == Pcapng.SECTION_HEADER;
            if (first && !header) {
                throw new RecordingFormatException("it is no pcapng file of Sluice's");
            }
            if (length < BLOCK_HEAD_BYTES + 4 || (length & 3) != 0 || length > MAX_BLOCK_BYTES) {
                throw new RecordingFormatException("it has a block of " + Integer.toUnsignedString(length) + " bytes");
            }
            byte[] body = new byte[length - BLOCK_HEAD_BYTES - 4];
            in.readFully(body);
            if (in.readInt() != length) {
                throw new RecordingFormatException("it has a block whose two lengths differ");
            }
            if (header && (!first || body.length < 16 || ByteBuffer.wrap(body).getInt() != Pcapng.BYTE_ORDER_MAGIC)) {
                throw new RecordingFormatException("it is no pcapng file of Sluice's");
            }
            first = false;
            readBlock(type, ByteBuffer.wrap(body));
        }
        if (first) {
            throw new RecordingFormatException("it is empty");
        }
    }

    /** −1 at the end of the file. */
    private static int nextType(DataInputStream in) throws IOException {
        int first = in.read();
        return first < 0 ? -1 : first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
    }

    private void readBlock(int type, ByteBuffer body) throws IOException {
        if (type == Pcapng.ENHANCED_PACKET) {
            readPacket(body);
        } else if (type == Pcapng.CUSTOM
                && body.remaining() >= Pcapng.CUSTOM_HEAD_BYTES
                && body.getInt() == Pcapng.ENTERPRISE
                && body.getLong() == Pcapng.MAGIC) {
            int content = body.getInt();
            int length = body.getInt();
            if (length < 0 || length > body.remaining()) {
                throw new RecordingFormatException("it has a block that is too short for its content");
            }
            readContent(content, body.slice(body.position(), length));
        }
    }

    private void readPacket(ByteBuffer body) throws RecordingFormatException {
        if (end != null || facts.isEmpty()) {
            throw new RecordingFormatException("it has packets before its head or behind its end");
        }
        int source = body.remaining() < 20 ? -1 : body.getInt();
        if (source < RecordedEvent.PUBLISHER || source > RecordedEvent.PLAYER) {
            throw new RecordingFormatException("it has a packet of an unknown interface");
        }
        long unixNs = body.getLong();
        int length = body.getInt();
        body.getInt();
        int padded = length + 3 & ~3;
        if (length < 0 || padded > body.remaining() - 8) {
            throw new RecordingFormatException("it has a packet longer than its block");
        }
        ByteBuffer packet = body.slice(body.position(), length);
        int headers = UdpHeaders.lengthOf(packet);
        if (headers < 0 || length - headers < 2) {
            throw new RecordingFormatException("it has a packet that is no UDP datagram");
        }
        byte[] payload = new byte[length - headers];
        packet.get(headers, payload);
        // The flags are the first option.
        body.position(body.position() + padded);
        boolean inbound = body.getShort() == Pcapng.OPTION_EPB_FLAGS
                && body.getShort() == 4
                && (body.getInt() & 3) == Pcapng.INBOUND;
        events.add(new RecordedEvent(source, kind(payload, inbound), unixNs - clockOffsetNs, payload));
    }

    /** RTP or RTCP, by RFC 5761. */
    private static EventKind kind(byte[] packet, boolean inbound) {
        int type = packet[1] & 0xff;
        boolean rtcp = type >= 192 && type < 224;
        return inbound ? rtcp ? EventKind.RTCP_IN : EventKind.RTP_IN : rtcp ? EventKind.RTCP_OUT : EventKind.RTP_OUT;
    }

    private void readContent(int type, ByteBuffer content) throws IOException {
        switch (type) {
            case Pcapng.FACTS ->
                readFacts(StandardCharsets.UTF_8.decode(content).toString());
            case Pcapng.EVENTS -> readEvents(content);
            case Pcapng.IMAGE -> image.write(bytes(content));
            case Pcapng.MEMORY -> {
                if (content.remaining() < 12) {
                    throw new RecordingFormatException("its image of the engine's state is damaged");
                }
                memories.add(ByteBuffer.wrap(bytes(content)));
            }
            case Pcapng.END -> end = StandardCharsets.UTF_8.decode(content).toString();
            default -> throw new RecordingFormatException("it has content of an unknown type");
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private void readFacts(String lines) throws RecordingFormatException {
        for (String line : lines.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                facts.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        String version = facts.get(RecordingHead.VERSION);
        if (!RecordingHead.THIS_VERSION.equals(version)) {
            throw new RecordingFormatException("it is of another version of the format");
        }
        try {
            clockOffsetNs = Long.parseLong(facts.getOrDefault(RecordingHead.CLOCK_OFFSET, ""));
        } catch (NumberFormatException e) {
            throw new RecordingFormatException("its head has no time");
        }
    }

    private void readEvents(ByteBuffer content) throws RecordingFormatException {
        while (content.remaining() >= Pcapng.EVENT_HEAD_BYTES) {
            EventKind kind = EventKind.of(content.get() & 0xff);
            int source = content.get();
            int length = content.getShort() & 0xffff;
            long atNs = content.getLong();
            boolean known = source == RecordedEvent.PUBLISHER || source == RecordedEvent.PLAYER;
            if (kind == null || !known || length > content.remaining()) {
                throw new RecordingFormatException("it has an unknown event");
            }
            byte[] payload = new byte[length];
            content.get(payload);
            events.add(new RecordedEvent(source, kind, atNs, payload));
        }
    }
}
