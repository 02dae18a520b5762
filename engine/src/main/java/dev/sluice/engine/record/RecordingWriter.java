package dev.sluice.engine.record;

import dev.sluice.engine.buffer.RemoteAddress;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a recording: packets as UDP datagrams that any reader of pcapng understands, all else in custom blocks that it skips.
 * Confined to one thread.
 */
public final class RecordingWriter implements Closeable {
    private static final int CHUNK_BYTES = 1 << 18;
    private static final int EVENTS_BYTES = 1 << 15;
    private static final List<String> NAMES = List.of("publisher", "player");

    private final OutputStream out;
    private final PcapngWriter pcapng;
    private final RecordingHead head;
    private final RemoteAddress[] remotes = new RemoteAddress[NAMES.size()];
    private final ByteBuffer events = ByteBuffer.allocate(EVENTS_BYTES);
    private long packets;

    /** Begins the file; {@code out} is closed by {@link #close()}. */
    public RecordingWriter(OutputStream out, RecordingHead head) throws IOException {
        this.out = out;
        this.head = head;
        pcapng = new PcapngWriter(out);
        pcapng.sectionHeader(head.comments());
        for (String name : NAMES) {
            pcapng.networkInterface(name, List.of());
        }
        Map<String, String> facts = new TreeMap<>(head.facts());
        facts.put(RecordingHead.CLOCK_OFFSET, Long.toString(head.clockOffsetNs()));
        facts.put(RecordingHead.VERSION, RecordingHead.THIS_VERSION);
        StringBuilder lines = new StringBuilder();
        facts.forEach((name, value) ->
                lines.append(name).append('=').append(value.replace('\n', ' ')).append('\n'));
        custom(Pcapng.FACTS, lines.toString());
    }

    /**
     * Begins a new file, which nobody but the server's user may read.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is one
     */
    public static RecordingWriter create(Path file, RecordingHead head) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, attributes);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        try {
            return new RecordingWriter(out, head);
        } catch (IOException | RuntimeException e) {
            try {
                out.close();
            } finally {
                Files.deleteIfExists(file);
            }
            throw e;
        }
    }

    /** Written so far. */
    public long bytes() {
        return pcapng.bytes() + events.position();
    }

    /** Written so far. */
    public long packets() {
        return packets;
    }

    /** What the cores knew before the first event. */
    public void image(StateImage image) throws IOException {
        chunks(Pcapng.IMAGE, image.bytes(), new byte[0]);
        for (int i = 0; i < image.memories().size(); i++) {
            MemorySegment memory = image.memories().get(i);
            for (long at = 0; at < memory.byteSize(); at += CHUNK_BYTES) {
                long length = Math.min(CHUNK_BYTES, memory.byteSize() - at);
                byte[] piece = memory.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
                byte[] name = ByteBuffer.allocate(12).putInt(i).putLong(at).array();
                chunks(Pcapng.MEMORY, piece, name);
            }
        }
    }

    private void chunks(int type, byte[] content, byte[] name) throws IOException {
        for (int at = 0; at < content.length; at += CHUNK_BYTES) {
            int length = Math.min(CHUNK_BYTES, content.length - at);
            byte[] block = Arrays.copyOf(name, name.length + length);
            System.arraycopy(content, at, block, name.length, length);
            pcapng.custom(type, block);
        }
    }

    /** The next event, in the order in which the loops put them. */
    public void write(RecordedEvent event) throws IOException {
        if (event.kind() == EventKind.ADDRESS) {
            remotes[event.source()] =
                    new RemoteAddress(event.value(0), event.value(1), (int) event.value(2), (int) event.value(3));
        }
        if (event.kind().isPacket() && remotes[event.source()] != null) {
            writePacket(event);
            return;
        }
        int needed = Pcapng.EVENT_HEAD_BYTES + event.payload().length;
        if (events.remaining() < needed) {
            flushEvents();
        }
        if (needed <= events.capacity()) {
            events.put((byte) event.kind().ordinal())
                    .put((byte) event.source())
                    .putShort((short) event.payload().length)
                    .putLong(event.atNs())
                    .put(event.payload());
        }
    }

    private void writePacket(RecordedEvent event) throws IOException {
        flushEvents();
        boolean inbound = event.kind() == EventKind.RTP_IN || event.kind() == EventKind.RTCP_IN;
        RemoteAddress address = remotes[event.source()];
        InetAddress remote = address.socketAddress().getAddress();
        InetAddress local = local(address.localIndex(), remote);
        int port = head.localPorts().get(event.source());
        byte[] headers = inbound
                ? UdpHeaders.of(remote, address.port(), local, port, event.payload())
                : UdpHeaders.of(local, port, remote, address.port(), event.payload());
        pcapng.packet(
                event.source(),
                event.atNs() + head.clockOffsetNs(),
                inbound ? Pcapng.INBOUND : Pcapng.OUTBOUND,
                headers,
                event.payload());
        packets++;
    }

    /** Of the remote's family: of a TCP connection only the far end is known. */
    private InetAddress local(int index, InetAddress remote) throws UnknownHostException {
        int length = remote.getAddress().length;
        if (index < head.localAddresses().size()
                && head.localAddresses().get(index).getAddress().length == length) {
            return head.localAddresses().get(index);
        }
        return InetAddress.getByAddress(new byte[length]);
    }

    private void flushEvents() throws IOException {
        if (events.position() > 0) {
            pcapng.custom(Pcapng.EVENTS, events.array(), 0, events.position());
            events.clear();
        }
    }

    /** Ends the recording; a file without an end was cut. */
    public void end(String reason) throws IOException {
        flushEvents();
        custom(Pcapng.END, reason);
    }

    private void custom(int type, String text) throws IOException {
        pcapng.custom(type, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Hands what was written over to the system. */
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
