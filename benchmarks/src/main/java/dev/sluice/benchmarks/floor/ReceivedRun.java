package dev.sluice.benchmarks.floor;

import dev.sluice.engine.net.FanoutRig;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProviders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a player's socket has received, opened by the JDK's own cryptography. Confined to one thread. */
final class ReceivedRun {
    private static final int MAX_BYTES = 2_000;
    private static final int EXTENSION_OFFSET = 12;
    /** Behind mid and the head of abs-send-time. */
    private static final int ABS_SEND_TIME_OFFSET = 19;

    private static final int PAYLOAD_OFFSET = 24;

    private final SrtpProfile profile;
    private final SrtpKeys keys;
    private final DatagramChannel socket;

    ReceivedRun(SrtpProfile profile, SrtpKeys keys, DatagramChannel socket) {
        this.profile = profile;
        this.keys = keys;
        this.socket = socket;
    }

    /**
     * Empties the socket and tells of the last run in it all that two senders of the same stream have in common: lengths,
     * first bytes, steps of sequence number and timestamp, SSRC, extension and payload.
     */
    String take() {
        List<byte[]> packets = receive();
        int runs = FanoutRig.FRAME_PACKETS;
        if (packets.size() < runs) {
            return packets.size() + " packets";
        }
        List<byte[]> run = packets.subList(packets.size() - runs, packets.size());
        StringBuilder text = new StringBuilder();
        ByteBuffer first = ByteBuffer.wrap(run.getFirst());
        for (byte[] packet : run) {
            ByteBuffer in = ByteBuffer.wrap(packet);
            Arrays.fill(packet, ABS_SEND_TIME_OFFSET, ABS_SEND_TIME_OFFSET + 3, (byte) 0);
            text.append("%n%d bytes %04x +%d +%d %08x %016x %08x %08x"
                    .formatted(
                            packet.length,
                            in.getShort(0),
                            in.getShort(2) - first.getShort(2),
                            in.getInt(4) - first.getInt(4),
                            in.getInt(8),
                            in.getLong(EXTENSION_OFFSET),
                            in.getInt(EXTENSION_OFFSET + Long.BYTES),
                            Arrays.hashCode(Arrays.copyOfRange(packet, PAYLOAD_OFFSET, packet.length))));
        }
        return text.toString();
    }

    /** RTP packets only: the engine sends reports and answers checks as well. */
    private List<byte[]> receive() {
        List<byte[]> packets = new ArrayList<>();
        try (SrtpContext opener =
                        SrtpProviders.available().getLast().open(profile, keys.localKey(), keys.localSalt(), false);
                Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(MAX_BYTES, 8);
            ByteBuffer buffer = packet.asByteBuffer();
            while (socket.receive(buffer.clear()) != null) {
                int length = buffer.position();
                if ((buffer.get(1) & 0x7f) == 96 && (buffer.get(0) & 0xc0) == 0x80) {
                    int plainBytes = opener.unprotectRtp(packet, 0, length);
                    packets.add(
                            plainBytes < 0
                                    ? new byte[MAX_BYTES]
                                    : packet.asSlice(0, plainBytes).toArray(ValueLayout.JAVA_BYTE));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packets;
    }
}
