package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.RtcpWriter;
import dev.sluice.engine.rtp.ExtensionType;
import dev.sluice.engine.sdp.HeaderExtensions;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One stream with temporal layers, on ways that do not carry all of it, in virtual time. */
class ThinnedStreamTest {
    private static final int DESCRIPTOR_ID = 7;

    private final Network network = new Network();
    private RemotePeer publisher = network.publisher();
    private boolean described;
    private int frame;
    private int plis;
    private boolean told;

    /** @param byDescriptor the layers are told in the dependency descriptor alone, as libwebrtc does for VP8 where it may */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveANarrowWayFewerPicturesAndThenAllAgain(boolean byDescriptor) {
        if (byDescriptor) {
            described = true;
            publisher = network.publisher(
                    network.stream,
                    Network.video(HeaderExtensions.of(Map.of(ExtensionType.DEPENDENCY_DESCRIPTOR, DESCRIPTOR_ID))));
        }
        RemotePeer player = network.player();
        run(3_000, player);
        assertTrue(take(player).size() >= 74);

        // 220 kbit/s, half of it for every second picture.
        estimate(player, 140_000);
        run(2_000, player);
        take(player);
        run(2_000, player);
        List<RemotePeer.Received> thinned = take(player);
        assertEquals(25, thinned.size());
        SimulcastTest.assertOneStream(thinned);

        estimate(player, 1_000_000);
        run(3_000, player);
        take(player);
        run(1_000, player);
        assertEquals(25, take(player).size());
        assertTrue(plis <= 1, "key frames asked for: " + plis);
    }

    @Test
    void shouldLeavePicturesOutUpToAKeyFrameAndNeverSoundOnAWayBelowTheLowestLayer() {
        RemotePeer other = network.player();
        RemotePeer player = network.player();
        run(3_000, player, other);
        estimate(player, 50_000);
        take(player);
        take(other);
        int sound = Network.of(player, 111).size();
        run(20_000, player, other);
        List<RemotePeer.Received> some = take(player);
        long bits =
                some.stream().mapToLong(packet -> packet.bytes().length * 8L).sum();
        assertTrue(bits > 20_000 && bits < 20 * 50_000, bits + " bits in 20 s");
        SimulcastTest.assertOneStream(some);
        assertEquals(sound + 500, Network.of(player, 111).size(), "sound");
        assertEquals(500, take(other).size(), "another player's pictures");
        assertTrue(plis <= 6, "key frames asked for: " + plis);
        assertTrue(told, "the player is told");
    }

    /** Repairs would stand on the way before the key frame that makes them needless. */
    @Test
    void shouldRepairNothingWhilePicturesAreLeftOutUpToAKeyFrame() {
        RemotePeer player = network.player();
        run(3_000, player);
        nackLast(player);
        assertEquals(1, Network.of(player, Network.RTX_TYPE).size());
        estimate(player, 50_000);
        for (int i = 0; i < 100 && !player.peer.player().layers().isStarving(); i++) {
            run(40, player);
        }
        assertTrue(player.peer.player().layers().isStarving());
        nackLast(player);
        assertEquals(1, Network.of(player, Network.RTX_TYPE).size());
        assertEquals(0, network.sink.drops.getOrDefault(DropReason.RESEND_OVER_BUDGET, 0));
        assertEquals(2, network.sink.counters().get(Counter.NACKS_RECEIVED), "counted all the same");
    }

    private void nackLast(RemotePeer player) {
        byte[] packet = new byte[16];
        long[] last = {Network.of(player, 96).getLast().sequence()};
        RtcpWriter.writeNack(MemorySegment.ofArray(packet), 0, 1, 5_002, last, 1);
        assertEquals(0, player.sendRtcp(packet, network.nowNs));
        network.cycle();
    }

    private List<RemotePeer.Received> take(RemotePeer player) {
        List<RemotePeer.Received> taken = Network.of(player, 96);
        player.rtp.removeAll(taken);
        return taken;
    }

    /** 25 pictures a second of 1,100 bytes, every second one of the upper temporal layer. */
    private void run(long ms, RemotePeer... players) {
        for (long at = 0; at < ms; at += 40) {
            publisher.check(network.nowNs);
            for (RemotePeer player : players) {
                player.check(network.nowNs);
                told |= player.peer.player().layers().isStarving();
            }
            int asked = (int) publisher.rtcpKinds.stream()
                    .filter(kind -> kind == dev.sluice.engine.rtcp.RtcpReader.PLI)
                    .count();
            publisher.sendRtp(Network.opus(frame & 0xffff, frame * 1_920L), network.nowNs);
            publisher.sendRtp(picture(frame == 0 || asked > plis), network.nowNs);
            plis = asked;
            frame++;
            network.pass(40);
        }
    }

    private byte[] picture(boolean key) {
        int temporal = key ? 0 : frame & 1;
        if (described) {
            ByteBuffer payload = ByteBuffer.allocate(1_100).put((byte) 0x10).put(vp8(key));
            byte[] plain = Network.rtp(96, frame & 0xffff, frame * 3_600L, Network.VIDEO_SSRC, true, payload.array());
            return SimulcastSource.withExtension(plain, DESCRIPTOR_ID, descriptor(key, temporal));
        }
        ByteBuffer payload = ByteBuffer.allocate(1_100)
                .put(new byte[] {(byte) 0x90, (byte) 0xe0, (byte) (0x80 | frame >> 8 & 0x7f), (byte) frame})
                .put((byte) (frame / 2))
                .put((byte) (temporal << 6 | (temporal == 1 ? 0x20 : 0)));
        payload.put(vp8(key));
        return Network.rtp(96, frame & 0xffff, frame * 3_600L, Network.VIDEO_SSRC, true, payload.array());
    }

    private static byte[] vp8(boolean key) {
        return key ? new byte[] {0x10, 0, 0, (byte) 0x9d, 1, 0x2a, 64, 1, (byte) 180, 0} : new byte[] {0x11};
    }

    /** Of two temporal layers: of a key frame with the structure of its templates 0 (key), 1 (lower) and 2 (upper layer). */
    private byte[] descriptor(boolean key, int temporal) {
        byte[] mandatory = {(byte) (0xc0 | (key ? 0 : 1 + temporal)), (byte) (frame >> 8), (byte) frame};
        if (!key) {
            return mandatory;
        }
        return ByteBuffer.allocate(10)
                .put(mandatory)
                // Indications SS, SS and -D; references none, 2 and 1; no chains, no sizes.
                .put(new byte[] {(byte) 0x80, 0x01, 0x1e, (byte) 0xa8, 0x51, 0x40, 0})
                .array();
    }

    private void estimate(RemotePeer player, long bitsPerSecond) {
        player.sendRemb(bitsPerSecond, 5_002, network.nowNs);
    }
}
