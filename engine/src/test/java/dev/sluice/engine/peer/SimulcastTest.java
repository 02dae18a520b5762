package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers on their way to players of different ways, in virtual time. */
class SimulcastTest {
    private static final int PLAYER_VIDEO = 96;

    private final Network network = new Network();
    private final SimulcastSource source = new SimulcastSource(network);

    @Test
    void shouldOrderLayersByWhatTheyCarryAndNotByName() {
        Network other = new Network();
        SimulcastSource odd = new SimulcastSource(other, List.of("high", "low", "mid"), new int[] {100, 1_200, 400});
        odd.run(2_000);
        List<LayerPoint> layers = odd.remote.peer.publisher().publication().layers();
        assertEquals(
                List.of(160 << 16 | 90, 320 << 16 | 180, 640 << 16 | 360),
                layers.stream().map(LayerPoint::dimensions).toList());
        assertEquals(3, layers.size());
    }

    @Test
    void shouldGiveEachPlayerTheLayerThatItsWayCarries() {
        RemotePeer narrow = network.player();
        estimate(narrow, 100_000);
        RemotePeer middle = network.player();
        estimate(middle, 300_000);
        RemotePeer wide = network.player();
        source.run(6_000, narrow, middle, wide);
        clear(narrow, middle, wide);
        source.run(2_000, narrow, middle, wide);

        assertEquals(50, bytesOfFrames(narrow, 100));
        assertEquals(50, bytesOfFrames(middle, 400));
        assertEquals(50, bytesOfFrames(wide, 1_200));
    }

    @Test
    void shouldSwitchOnAKeyFrameOfThatLayerOnlyAndStayOneStream() {
        RemotePeer player = network.player();
        source.run(4_000, player);
        assertEquals(1_200, newest(player).bytes().length - 12);
        int ofTheLowest = source.plis("q");
        int ofTheHighest = source.plis("f");

        estimate(player, 100_000);
        source.run(1_000, player);
        assertEquals(100, newest(player).bytes().length - 12);
        assertEquals(ofTheLowest + 1, source.plis("q"));
        assertEquals(ofTheHighest, source.plis("f"));

        estimate(player, 5_000_000);
        source.run(4_000, player);
        assertEquals(1_200, newest(player).bytes().length - 12);

        assertOneStream(Network.of(player, PLAYER_VIDEO));
    }

    @Test
    void shouldSendWhatTheViewerChose() {
        RemotePeer player = network.player();
        source.run(3_000, player);
        List<LayerPoint> layers = source.remote.peer.publisher().publication().layers();
        player.peer.player().layers().choose(LayerChoice.of(layers.getFirst()), network.nowNs);
        source.run(500, player);
        assertEquals(100, newest(player).bytes().length - 12);
        assertEquals(layers.getFirst(), player.peer.player().layers().sent());
        player.peer.player().layers().choose(LayerChoice.AUTO, network.nowNs);
        source.run(3_000, player);
        assertEquals(1_200, newest(player).bytes().length - 12);
        assertOneStream(Network.of(player, PLAYER_VIDEO));
    }

    @Test
    void shouldKeepTheCaptureClockOverASwitch() {
        RemotePeer player = network.player();
        source.run(3_000, player);
        estimate(player, 100_000);
        source.run(3_000, player);
        List<RemotePeer.Received> picture = Network.of(player, PLAYER_VIDEO);
        long shown = (int) (picture.getLast().timestamp() - picture.getFirst().timestamp()) / 90;
        long passed = (picture.getLast().atNs() - picture.getFirst().atNs()) / 1_000_000;
        assertTrue(Math.abs(shown - passed) <= 11, shown + " ms shown in " + passed);
    }

    @Test
    void shouldGoOnWithAnotherLayerWhenThePublisherGivesOneUp() {
        RemotePeer player = network.player();
        source.run(4_000, player);
        assertEquals(1_200, newest(player).bytes().length - 12);
        source.layer("f").sends = false;
        source.run(1_500, player);
        assertEquals(400, newest(player).bytes().length - 12);
        assertEquals(2, source.remote.peer.publisher().publication().layers().size());

        source.layer("f").sends = true;
        source.run(4_000, player);
        assertEquals(1_200, newest(player).bytes().length - 12);
        assertOneStream(Network.of(player, PLAYER_VIDEO));
    }

    @Test
    void shouldGoOnWithAnotherLayerWhereNoSoundWakesThePlayers() {
        source.sounds = false;
        // Their timers lie differently to the moment at which the layer is noticed to be gone.
        RemotePeer[] players = new RemotePeer[10];
        for (int i = 0; i < players.length; i++) {
            players[i] = network.player();
            source.run(120, Arrays.copyOf(players, i + 1));
        }
        source.run(4_000, players);
        source.layer("f").sends = false;
        source.run(2_500, players);
        clear(players);
        source.run(500, players);
        for (RemotePeer player : players) {
            assertEquals(400, newest(player).bytes().length - 12);
        }
    }

    @Test
    void shouldBeginWithTheFirstKeyFrameOfAPublisherThatTakesOverWithFewerLayers() {
        source.sounds = false;
        RemotePeer player = network.player();
        source.run(4_000, player);
        assertEquals(1_200, newest(player).bytes().length - 12);
        SimulcastSource next = new SimulcastSource(network, List.of("q", "h"), new int[] {100, 400});
        next.sounds = false;
        // Players hear of it before its first packet comes.
        network.pass(20, player);
        player.rtp.clear();
        next.run(400, player);
        assertEquals(400, newest(player).bytes().length - 12);
        assertEquals(20, Network.of(player, PLAYER_VIDEO).size());
        assertEquals(0, next.plis("q") + next.plis("h"));
    }

    @Test
    void shouldStartANewcomerOnALayerThatFlows() {
        source.layer("q").sends = false;
        source.layer("f").sends = false;
        RemotePeer early = network.player();
        source.run(1_000, early);
        RemotePeer late = network.player();
        source.run(1_000, early, late);
        assertEquals(400, newest(early).bytes().length - 12);
        assertEquals(400, newest(late).bytes().length - 12);
        assertEquals(0, source.plis("q") + source.plis("f"));
    }

    @Test
    void shouldAskForNoKeyFrameOfALayerThatNobodyWatches() {
        RemotePeer player = network.player();
        estimate(player, 300_000);
        source.run(5_000, player);
        assertEquals(0, source.plis("q"));
        assertEquals(0, source.plis("f"));
    }

    @Test
    void shouldDropWhatNoRidOrSsrcNames() {
        source.layer("q").names = false;
        assertEquals(DropReason.RTP_UNKNOWN_SSRC.code(), source.layer("q").send(network.nowNs, true, true));
        source.run(100);
        // An SSRC that was named once needs no name any more.
        source.layer("f").names = false;
        assertEquals(0, source.layer("f").send(network.nowNs, true, true));
    }

    @Test
    void shouldTakeALayerAgainUnderAnotherSsrcAfterItWasQuiet() {
        RemotePeer player = network.player();
        estimate(player, 100_000);
        source.run(3_000, player);
        SimulcastSource.Layer restarted = source.new Layer("q", 5_000, 160, 90, 100);
        assertEquals(DropReason.RTP_UNKNOWN_SSRC.code(), restarted.send(network.nowNs, true, true));
        source.layer("q").sends = false;
        source.run(2_500, player);
        source.layers.set(0, restarted);
        restarted.keyFrame = true;
        source.run(40, player);
        assertEquals(1, network.sink.republished);
        network.stream.publish(source.remote.peer.publisher().publication());
        source.run(4_000, player);
        assertEquals(100, newest(player).bytes().length - 12);
        assertOneStream(Network.of(player, PLAYER_VIDEO));
    }

    @Test
    void shouldGiveUpEveryHoldOnTheLogs() {
        RemotePeer player = network.player();
        source.run(2_000, player);
        estimate(player, 100_000);
        // In the middle of a switch: a layer is held that is not read yet.
        source.layer("q").sends = false;
        network.pass(200, player, source.remote);
        Publication publication = source.remote.peer.publisher().publication();
        player.peer.requestClose();
        source.remote.peer.requestClose();
        network.pass(100);
        for (PublishedTrack layer : publication.videoLayers().slots()) {
            assertTrue(!layer.log().tryRetain(), "a log is still held");
        }
    }

    /** Frames received; each must be of this layer. */
    private static int bytesOfFrames(RemotePeer player, int packetBytes) {
        List<RemotePeer.Received> packets = Network.of(player, PLAYER_VIDEO);
        for (RemotePeer.Received packet : packets) {
            assertEquals(packetBytes, packet.bytes().length - 12);
        }
        return packets.size() / 2;
    }

    private static RemotePeer.Received newest(RemotePeer player) {
        return Network.of(player, PLAYER_VIDEO).getLast();
    }

    private static void clear(RemotePeer... players) {
        for (RemotePeer player : players) {
            player.rtp.clear();
        }
    }

    /** One SSRC, no gap in the sequence, pictures numbered one by one where they are, time that only goes on. */
    static void assertOneStream(List<RemotePeer.Received> packets) {
        for (int i = 1; i < packets.size(); i++) {
            RemotePeer.Received before = packets.get(i - 1);
            RemotePeer.Received packet = packets.get(i);
            assertEquals(before.ssrc(), packet.ssrc());
            assertEquals(before.sequence() + 1 & 0xffff, packet.sequence(), "sequence at " + i);
            int step = (int) (packet.timestamp() - before.timestamp());
            boolean next = (before.bytes()[1] & 0x80) != 0;
            if (next) {
                assertTrue(step > 0 && step < 30 * 90_000, "timestamp step " + step + " at " + i);
            } else {
                assertEquals(0, step);
            }
            if (hasPictureId(packet)) {
                int pictures = pictureId(packet) - pictureId(before) & 0x7fff;
                assertEquals(next ? 1 : 0, pictures, "picture id at " + i);
            }
        }
        assertNotEquals(0, packets.size());
    }

    private static boolean hasPictureId(RemotePeer.Received packet) {
        return (packet.bytes()[12] & 0x80) != 0;
    }

    private static int pictureId(RemotePeer.Received packet) {
        return (packet.bytes()[14] & 0x7f) << 8 | packet.bytes()[15] & 0xff;
    }

    private void estimate(RemotePeer player, long bitsPerSecond) {
        player.sendRemb(bitsPerSecond, 5_002, network.nowNs);
    }
}
