package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.rtp.ExtensionType;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PublishTrack;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a publisher learns of its way to us: transport-wide feedback, or a bitrate estimate when it takes only that. */
class PublisherFeedbackTest {
    private static final int TRANSPORT_CC_ID = 3;

    private final Network network = new Network();

    @Test
    void shouldNameAStreamThatSendsWhenOnlyThePictureDoes() {
        RemotePeer publisher = publisher(true);
        for (int i = 0; i < 50; i++) {
            assertEquals(0, publisher.sendRtp(withTransportSequence(i), network.nowNs));
            network.pass(10, publisher);
        }
        List<MemorySegment> feedback = packets(publisher, 205, 15);
        assertTrue(feedback.size() >= 4 && feedback.size() <= 10, feedback.size() + " feedbacks in half a second");
        int told = 0;
        for (MemorySegment packet : feedback) {
            assertEquals(Network.VIDEO_SSRC, Bytes.u32(packet, 8));
            assertEquals(told, Bytes.u16(packet, 12));
            told += Bytes.u16(packet, 14);
        }
        assertTrue(told >= 40, "told of " + told);
        assertTrue(packets(publisher, 206, 15).isEmpty(), "an estimate as well");
    }

    @Test
    void shouldEstimateForTheStreamsThatSendWhenOnlyThePictureDoes() {
        RemotePeer publisher = publisher(false);
        byte[] payload = new byte[1_000];
        for (int i = 0; i < 250; i++) {
            payload[0] = 0x10;
            byte[] packet = Network.rtp(96, i, i * 900L, Network.VIDEO_SSRC, true, payload);
            assertEquals(0, publisher.sendRtp(packet, network.nowNs));
            network.pass(10, publisher);
        }
        List<MemorySegment> estimates = packets(publisher, 206, 15);
        assertFalse(estimates.isEmpty());
        MemorySegment last = estimates.getLast();
        assertEquals(24, last.byteSize());
        assertEquals(1, Bytes.u8(last, 16), "streams");
        assertEquals(Network.VIDEO_SSRC, Bytes.u32(last, 20));
        // 100 packets of 1,012 bytes a second, and a quarter.
        assertEquals(1_012_000, (Bytes.u24(last, 17) & 0x3ffff) << (Bytes.u8(last, 17) >>> 2), 40_000);
        assertTrue(packets(publisher, 205, 15).isEmpty(), "transport feedback as well");
    }

    @Test
    void shouldKnowTheRoundTripByThePublishersEchoes() {
        RemotePeer publisher = publisher(true);
        network.pass(1_500, publisher);
        assertEquals(-1, roundTripMs(publisher), "nothing echoed yet");
        long sentBefore = network.nowNs;
        network.pass(1_000, publisher);
        long reference = Bytes.i64(packets(publisher, 207, 0).getLast(), 12);
        long afterMs = NtpTime.differenceNs(reference, NtpTime.ofUnixNs(sentBefore)) / 1_000_000;
        assertTrue(afterMs >= 0 && afterMs <= 1_001, afterMs + " ms");
        network.pass(200, publisher);
        long sinceMs = NtpTime.differenceNs(NtpTime.ofUnixNs(network.nowNs), reference) / 1_000_000;
        // Held by the publisher for all but 80 ms of that time; the first echo is another receiver's.
        echo(publisher, 98, reference, 0);
        echo(publisher, 99, reference, sinceMs - 80);
        network.pass(1_000, publisher);
        assertEquals(80, roundTripMs(publisher), 1);
        echo(publisher, 99, 0, 0);
        echo(publisher, 99, reference, 100_000);
        network.pass(1_000, publisher);
        assertEquals(80, roundTripMs(publisher), 1, "neither shows any");
    }

    private void echo(RemotePeer publisher, long ssrc, long reference, long heldMs) {
        byte[] report = ByteBuffer.allocate(24)
                .putInt(0x80cf_0005)
                .putInt((int) Network.VIDEO_SSRC)
                .putInt(0x0500_0003)
                .putInt((int) ssrc)
                .putInt((int) NtpTime.compact(reference))
                .putInt((int) (heldMs * 65_536 / 1_000))
                .array();
        assertEquals(0, publisher.sendRtcp(report, network.nowNs));
    }

    private static long roundTripMs(RemotePeer publisher) {
        long ns = publisher.peer.stats().get(PeerStats.Value.ROUND_TRIP_NS);
        return ns < 0 ? ns : Math.round(ns / 1e6);
    }

    /** The limit beside transport-wide feedback; without that, an estimate between the two. */
    @Test
    void shouldKeepRembBetweenTheBoundsWhenTheStreamHasSome() {
        assertEquals(700_000, lastRemb(true, 0, 700_000), 10);
        assertEquals(200_000, lastRemb(false, 0, 200_000), 10);
        assertEquals(20_000_000, lastRemb(false, 20_000_000, 0), 200);
        assertEquals(50_000, lastRemb(false, 0, 50_000), 10);
    }

    @Test
    void shouldSayOtherBoundsOnceTheyAreWanted() {
        RemotePeer limited = publisher(true, 0, 700_000);
        assertEquals(700_000, lastRemb(limited, 0), 10);
        assertEquals(300_000, lastRembWith(limited, 150, 0, 300_000), 10);
        assertEquals(1_000_000_000, lastRembWith(limited, 300, 0, 0), 10_000);
        RemotePeer estimated = publisher(false, 0, 200_000);
        assertEquals(200_000, lastRemb(estimated, 0), 10);
        assertEquals(20_000_000, lastRembWith(estimated, 150, 20_000_000, 0), 200);
        RemotePeer free = publisher(true, 0, 0);
        free.peer.publisher().want(new PublisherWishes(0, 300_000, Publisher.SILENCE_NS, 0));
        send(free, 0);
        assertTrue(packets(free, 206, 15).isEmpty(), "no REMB was agreed on");
    }

    private long lastRembWith(RemotePeer publisher, int next, long minBps, long maxBps) {
        publisher.peer.publisher().want(new PublisherWishes(minBps, maxBps, Publisher.SILENCE_NS, 0));
        return lastRemb(publisher, next);
    }

    private long lastRemb(boolean transportCc, long minBps, long maxBps) {
        return lastRemb(publisher(transportCc, minBps, maxBps), 0);
    }

    private long lastRemb(RemotePeer publisher, int next) {
        send(publisher, next);
        MemorySegment last = packets(publisher, 206, 15).getLast();
        return (Bytes.u24(last, 17) & 0x3_ffffL) << (Bytes.u8(last, 17) >>> 2);
    }

    private void send(RemotePeer publisher, int next) {
        for (int i = next; i < next + 150; i++) {
            byte[] packet = Network.vp8(i, i * 900L, i, i == 0);
            publisher.sendRtp(Arrays.copyOf(packet, 1_000), network.nowNs);
            network.pass(10, publisher);
        }
    }

    private RemotePeer publisher(boolean transportCc) {
        return publisher(transportCc, 0, 0);
    }

    private RemotePeer publisher(boolean transportCc, long minBps, long maxBps) {
        HeaderExtensions extensions = HeaderExtensions.of(Map.of(ExtensionType.TRANSPORT_CC, TRANSPORT_CC_ID));
        PublishTrack audio = new PublishTrack(
                MediaKind.AUDIO,
                "0",
                Network.OPUS,
                111,
                -1,
                List.of(Network.AUDIO_SSRC),
                transportCc ? extensions : HeaderExtensions.NONE,
                false,
                false,
                transportCc,
                true,
                false,
                -1);
        PublishTrack video = new PublishTrack(
                MediaKind.VIDEO,
                "1",
                Network.VP8,
                96,
                -1,
                List.of(Network.VIDEO_SSRC),
                transportCc ? extensions : HeaderExtensions.NONE,
                true,
                true,
                transportCc,
                true,
                false,
                -1);
        Publisher side = new Publisher(
                network.stream,
                List.of(audio, video),
                LogMemory.defaults(),
                network.sink,
                99,
                "server".getBytes(StandardCharsets.US_ASCII),
                network.nowNs);
        side.want(new PublisherWishes(minBps, maxBps, Publisher.SILENCE_NS, 0));
        RemotePeer remote = network.add(side);
        remote.connect(network.nowNs);
        return remote;
    }

    /** A VP8 packet with the extension element in front of its payload. */
    private static byte[] withTransportSequence(int sequence) {
        byte[] plain = Network.vp8(sequence, sequence * 900L, sequence, sequence == 0);
        byte[] packet = ByteBuffer.allocate(plain.length + 8)
                .put(plain, 0, 12)
                .putInt(0xbede_0001)
                .put((byte) (TRANSPORT_CC_ID << 4 | 1))
                .putShort((short) sequence)
                .put((byte) 0)
                .put(plain, 12, plain.length - 12)
                .array();
        packet[0] |= 0x10;
        return packet;
    }

    private static List<MemorySegment> packets(RemotePeer remote, int type, int format) {
        List<MemorySegment> found = new ArrayList<>();
        for (byte[] datagram : remote.rtcp) {
            MemorySegment all = MemorySegment.ofArray(datagram);
            for (long at = 0; at < datagram.length; at += 4 + 4 * Bytes.u16(all, at + 2)) {
                if (Bytes.u8(all, at + 1) == type && (Bytes.u8(all, at) & 0x1f) == format) {
                    found.add(all.asSlice(at, 4 + 4 * Bytes.u16(all, at + 2)));
                }
            }
        }
        return found;
    }
}
