package dev.sluice.engine.net;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** A publisher's side of the network: its packets, numbered and protected, up to a batch at once. Confined to one thread. */
final class PacketSource implements AutoCloseable {
    /** A packet's share of a frame's time at 250 packets a second, in 90 kHz. */
    private static final int TICKS_PER_PACKET = 360;

    private static final int MARKER = 0x80;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment batch = arena.allocate((long) IngressBatch.CAPACITY * IngressBatch.SLOT_BYTES, 64);
    private final SrtpContext sealer;
    private final SrtpProfile profile;
    private final int framePackets;
    private final List<MemorySegment> templates;
    private int lengthBytes;
    private int sequence;

    /**
     * Makes a source that has sent nothing.
     *
     * @param seed of the publisher's keys
     * @param framePackets packets of one timestamp, the last of them with the marker
     * @param packets all of one length, without sequence number, timestamp and marker: sent in this order, the last of
     *     them over and over
     */
    PacketSource(SrtpProvider srtp, SrtpProfile profile, long seed, int framePackets, List<byte[]> packets) {
        this.profile = profile;
        this.framePackets = framePackets;
        SrtpKeys keys = TestKeys.of(profile, seed);
        sealer = srtp.open(profile, keys.remoteKey(), keys.remoteSalt(), true);
        templates = packets.stream()
                .map(packet -> arena.allocateFrom(ValueLayout.JAVA_BYTE, packet))
                .toList();
    }

    /** Packets made since the start. */
    long sealed() {
        return sequence;
    }

    /** Makes the next packets; they stay until the next call. */
    void seal(int packets) {
        for (int i = 0; i < packets; i++) {
            lengthBytes = seal((long) i * IngressBatch.SLOT_BYTES);
        }
    }

    private int seal(long at) {
        MemorySegment template = templates.get(Math.min(sequence, templates.size() - 1));
        int plainBytes = (int) template.byteSize();
        MemorySegment.copy(template, 0, batch, at, plainBytes);
        if ((sequence + 1) % framePackets == 0) {
            Bytes.put8(batch, at + 1, Bytes.u8(batch, at + 1) | MARKER);
        }
        Bytes.put16(batch, at + 2, sequence);
        Bytes.put32(batch, at + 4, (long) (sequence / framePackets) * framePackets * TICKS_PER_PACKET);
        sequence++;
        int length = sealer.protectRtp(batch, at, plainBytes, IngressBatch.SLOT_BYTES);
        if (length != plainBytes + profile.rtpTagLengthBytes()) {
            throw new IllegalStateException("protect gave " + length);
        }
        return length;
    }

    /** Lets some of the packets last made wait for the loop. */
    void putInto(RigLoop loop, int first, int packets, RemoteAddress from) {
        for (int i = first; i < first + packets; i++) {
            loop.put(batch, (long) i * IngressBatch.SLOT_BYTES, lengthBytes, from);
        }
    }

    @Override
    public void close() {
        sealer.close();
        arena.close();
    }
}
