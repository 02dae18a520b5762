package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.engine.stun.StunTestClient;
import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import dev.sluice.natives.srtp.SrtpProviders;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The browser's side of one peer: sends checks, protected RTP and RTCP into it, and reads what it sends. Confined to one
 * test.
 */
final class RemotePeer {
    static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;
    static final SrtpProvider JDK = SrtpProviders.available().stream()
            .filter(provider -> provider.optionName().equals("jdk"))
            .findFirst()
            .orElseThrow();

    /** One received packet, decrypted. */
    record Received(byte[] bytes, long atNs) {
        int payloadType() {
            return bytes[1] & 0x7f;
        }

        int sequence() {
            return (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
        }

        long timestamp() {
            return Bytes.u32(MemorySegment.ofArray(bytes), 4);
        }

        long ssrc() {
            return Bytes.u32(MemorySegment.ofArray(bytes), 8);
        }
    }

    final Peer peer;
    final FakeDtls dtls;
    final TestSink sink;
    final List<Received> rtp = new ArrayList<>();
    /** Kinds of the RTCP packets received, constants of {@link RtcpReader}. */
    final List<Integer> rtcpKinds = new ArrayList<>();

    /** So many of the RTP packets that come next are lost on the way. */
    int losing;

    final List<byte[]> rtcp = new ArrayList<>();
    private final StunTestClient stun;
    private final RemoteAddress address;
    private final SrtpContext outbound;
    private final SrtpContext inbound;
    private final MemorySegment scratch = Arena.ofAuto().allocate(2048, 8);
    private final RtcpReader reader = new RtcpReader();

    RemotePeer(String id, int port, TestSink sink, SrtpProvider srtp, Publisher publisher, Player player, long nowNs) {
        IceCredentials local = IceCredentials.generate(new Random(port));
        SrtpKeys client = FakeDtls.keys(PROFILE, port);
        this.sink = sink;
        dtls = new FakeDtls(FakeDtls.keys(PROFILE, port));
        peer = new Peer(id, local, (fingerprints, progress) -> dtls, srtp, self -> {}, publisher, player, nowNs);
        stun = new StunTestClient(local.ufrag(), local.password(), "remote");
        address = new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_0001), port, 0);
        outbound = JDK.open(PROFILE, client.remoteKey(), client.remoteSalt(), true);
        inbound = JDK.open(PROFILE, client.localKey(), client.localSalt(), false);
    }

    /** ICE with nomination, then DTLS. */
    void connect(long nowNs) {
        peer.onRemote(List.of(), nowNs, sink);
        assertEquals(0, check(nowNs));
        assertEquals(0, send(new byte[] {22, 0, 0}, nowNs));
        assertTrue(peer.isConnected());
        sink.flush();
    }

    int check(long nowNs) {
        return send(stun.nominate(), nowNs);
    }

    StunTestClient stun() {
        return stun;
    }

    /** Raw bytes from this remote's address. */
    int send(byte[] datagram, long nowNs) {
        return send(datagram, address, nowNs);
    }

    int send(byte[] datagram, RemoteAddress from, long nowNs) {
        MemorySegment.copy(datagram, 0, scratch, ValueLayout.JAVA_BYTE, 0, datagram.length);
        return peer.onDatagram(
                scratch, 0, datagram.length, from.high(), from.low(), from.port(), from.localIndex(), nowNs, sink);
    }

    /** Protects without sending. */
    byte[] protectRtp(byte[] packet) {
        MemorySegment.copy(packet, 0, scratch, ValueLayout.JAVA_BYTE, 0, packet.length);
        int length = outbound.protectRtp(scratch, 0, packet.length, 2048);
        return scratch.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    int sendRtp(byte[] packet, long nowNs) {
        return send(protectRtp(packet), nowNs);
    }

    int sendRtcp(byte[] packet, long nowNs) {
        MemorySegment.copy(packet, 0, scratch, ValueLayout.JAVA_BYTE, 0, packet.length);
        int length = outbound.protectRtcp(scratch, 0, packet.length, 2048);
        return send(scratch.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), nowNs);
    }

    /** Sends a PLI about this SSRC. */
    int sendPli(long ssrc, long nowNs) {
        MemorySegment packet = MemorySegment.ofArray(new byte[12]);
        int length = dev.sluice.engine.rtcp.RtcpWriter.writePli(packet, 0, 1, ssrc);
        return sendRtcp(packet.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), nowNs);
    }

    /** Sends an estimate of its way. */
    int sendRemb(long bitsPerSecond, long ssrc, long nowNs) {
        MemorySegment packet = MemorySegment.ofArray(new byte[24]);
        int length = dev.sluice.engine.rtcp.RtcpWriter.writeRemb(packet, 0, 1, bitsPerSecond, new long[] {ssrc}, 1);
        return sendRtcp(packet.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), nowNs);
    }

    boolean isFor(RemoteAddress destination) {
        return destination.equals(address);
    }

    /** One datagram of the server's. */
    void receive(EgressBatch batch, int index, long nowNs) {
        int length = batch.length(index);
        MemorySegment.copy(batch.segment(), batch.offset(index), scratch, 0, length);
        int first = Bytes.u8(scratch, 0);
        if (first < 128) {
            return;
        }
        if (RtcpReader.isRtcp(scratch, 0, length)) {
            int plain = inbound.unprotectRtcp(scratch, 0, length);
            assertTrue(plain > 0, () -> "rtcp " + plain);
            rtcp.add(scratch.asSlice(0, plain).toArray(ValueLayout.JAVA_BYTE));
            assertEquals(0, reader.open(scratch, 0, plain));
            int kind;
            while ((kind = reader.next()) > 0) {
                rtcpKinds.add(kind);
            }
            assertEquals(0, kind, "our own RTCP must be well formed");
        } else {
            if (losing > 0) {
                losing--;
                return;
            }
            int plain = inbound.unprotectRtp(scratch, 0, length);
            assertTrue(plain > 0, () -> "rtp " + (plain < 0 ? DropReason.ofCode(plain) : plain));
            rtp.add(new Received(scratch.asSlice(0, plain).toArray(ValueLayout.JAVA_BYTE), nowNs));
        }
    }

    void close() {
        outbound.close();
        inbound.close();
    }
}
