package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.SessionEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ICE-TCP on a running engine: media both ways, and row 32, remotes that read nothing or say next to nothing. */
class TcpThreatTest {
    private static final int PACKETS = 300;
    private static final int FRAME_BYTES = 1_000;
    private static final int SMALL_BUFFER_BYTES = 4_096;

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldBringWhatOneSendsOverTcpToAllWhoPlayOverEither(String io) {
        Random random = new Random(11);
        try (EngineLab lab = EngineLab.start(io);
                Client publisher = Client.publisher(lab, "s").overTcp().connect();
                Client overTcp = Client.player(lab, "s").overTcp().connect();
                Client overUdp = Client.player(lab, "s").connect()) {
            List<byte[]> payloads = new ArrayList<>();
            for (int i = 0; i < PACKETS; i++) {
                byte[] payload = new byte[50 + random.nextInt(1_000)];
                random.nextBytes(payload);
                payloads.add(payload);
                publisher.sendRtp(Packets.rtp(Packets.AUDIO_TYPE, i, i * 960L, Packets.AUDIO_SSRC, payload));
                // As sound comes: what is left for half a second would be dropped.
                overTcp.awaitRtp(Packets.AUDIO_TYPE, i + 1);
            }
            overUdp.awaitRtp(Packets.AUDIO_TYPE, PACKETS);
            for (Client player : List.of(overTcp, overUdp)) {
                List<byte[]> got = player.rtp(Packets.AUDIO_TYPE);
                assertEquals(PACKETS, got.size());
                for (int i = 0; i < PACKETS; i++) {
                    byte[] payload = payloads.get(i);
                    byte[] packet = got.get(i);
                    assertArrayEquals(
                            payload, Arrays.copyOfRange(packet, packet.length - payload.length, packet.length));
                }
            }
            assertEquals(2, lab.counter("tcp_accepted"));
        }
    }

    @Test
    void shouldReachPeersOfEveryLoopByTheOnePortForAll() {
        try (EngineLab lab = EngineLab.startWithIceTcp(3);
                Client publisher = Client.publisher(lab, "s")) {
            publisher.over(new TcpEnd(portForAll(publisher))).connect();
            List<Client> players = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Client player = Client.player(lab, "s");
                assertEquals(portForAll(publisher), portForAll(player));
                players.add(player.over(new TcpEnd(portForAll(player))).connect());
            }
            publisher.sendRtp(Packets.opus(1));
            for (Client player : players) {
                player.awaitRtp(Packets.AUDIO_TYPE, 1);
                player.close();
            }
        }
    }

    /** The last candidate's. */
    private static int portForAll(Client client) {
        Matcher matcher = Pattern.compile(" tcp \\d+ 127\\.0\\.0\\.1 (\\d+) ")
                .matcher(client.session.candidates().getLast());
        assertTrue(matcher.find());
        return Integer.parseInt(matcher.group(1));
    }

    @Test
    void shouldTakeFramesThatComeByteByByte() {
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s")) {
            TcpEnd slow = new TcpEnd(publisher.tcpPort());
            publisher.over(slow);
            for (byte one : TcpEnd.framed(publisher.stun.nominate())) {
                slow.sendRaw(one);
            }
            publisher.connect();
            try (Client player = Client.player(lab, "s").connect()) {
                for (byte one : TcpEnd.framed(publisher.protectRtp(Packets.opus(1)))) {
                    slow.sendRaw(one);
                }
                player.awaitRtp(Packets.AUDIO_TYPE, 1);
            }
        }
    }

    @Test
    void shouldGoOnLiveWithoutAMissingNumberWhenAReaderWasSlow() {
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect();
                Client slow = Client.player(lab, "s");
                Client neighbour = Client.player(lab, "s").connect()) {
            slow.over(new TcpEnd(slow.tcpPort(), SMALL_BUFFER_BYTES)).connect();
            publish(publisher, 0, PACKETS);
            neighbour.awaitRtp(Packets.VIDEO_TYPE, PACKETS);
            Eventually.until("the slow one is full", () -> lab.counter("send_waits") > 0);
            lab.advance(Duration.ofSeconds(1));

            // What it reads first makes room; what waited for that is too old by now.
            int before = 0;
            int sequence = PACKETS;
            while (lab.drops("lapped") == 0 || slow.rtp(Packets.VIDEO_TYPE).size() == before) {
                before = slow.rtp(Packets.VIDEO_TYPE).size();
                publish(publisher, sequence++, 1);
                while (slow.pump(20)) {
                    // until it has all there is
                }
            }
            List<byte[]> got = slow.rtp(Packets.VIDEO_TYPE);
            assertTrue(got.size() < PACKETS, () -> got.size() + " came");
            for (int i = 1; i < got.size(); i++) {
                assertEquals(Packets.sequence(got.get(0)) + i, Packets.sequence(got.get(i)));
            }
            assertEquals(0, lab.drops("tcp_full"));
        }
    }

    @Test
    void shouldLetGoOfAReaderThatStoppedReadingAndTakeItBackByAnotherConnection() {
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect();
                Client stopped = Client.player(lab, "s");
                Client neighbour = Client.player(lab, "s").connect()) {
            TcpEnd first = new TcpEnd(stopped.tcpPort(), SMALL_BUFFER_BYTES);
            stopped.over(first).connect();
            publish(publisher, 0, PACKETS);
            neighbour.awaitRtp(Packets.VIDEO_TYPE, PACKETS);
            Eventually.until("it is full", () -> lab.counter("send_waits") > 0);
            lab.advance(Duration.ofSeconds(11));
            // The loop has seen the time before anything is read there: reading makes room, and that is progress.
            publish(publisher, PACKETS, 1);
            neighbour.awaitRtp(Packets.VIDEO_TYPE, PACKETS + 1);
            first.awaitClosed();
            assertFalse(stopped.isEnded());

            stopped.over(new TcpEnd(stopped.tcpPort()));
            stopped.rtp.clear();
            stopped.nominate();
            publish(publisher, PACKETS + 1, 1);
            stopped.awaitRtp(Packets.VIDEO_TYPE, 1);
        }
    }

    @Test
    void shouldEndAPlayerThatDoesNotComeBackAfterItsConnectionBroke() {
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect();
                Client player = Client.player(lab, "s").overTcp().connect()) {
            publisher.sendRtp(Packets.opus(1));
            player.awaitRtp(Packets.AUDIO_TYPE, 1);
            player.vanish();
            lab.advance(Duration.ofSeconds(29));
            publisher.nominate();
            publisher.sendRtp(Packets.opus(2));
            lab.advance(Duration.ofSeconds(2));
            assertEquals(SessionEnd.CONSENT_EXPIRED, player.awaitEnd());
            assertFalse(publisher.isEnded());
        }
    }

    @Test
    void shouldCloseAConnectionThatNeverProvesItself() {
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect();
                TcpEnd stranger = new TcpEnd(publisher.tcpPort())) {
            // The name is right, the password is not.
            byte[] check = publisher.stun.nominate();
            check[check.length - 20] ^= 1;
            stranger.send(check);
            Eventually.until("it was handed over", () -> lab.counter("tcp_accepted") > 0);
            lab.tables();
            lab.advance(Duration.ofSeconds(11));
            stranger.awaitClosed();
            assertFalse(publisher.isEnded());
        }
    }

    @Test
    void shouldCloseAConnectionWithAFrameThatNoDatagramFillsAndLeaveItsPeerAlone() {
        try (EngineLab lab = EngineLab.start();
                Client publisher = Client.publisher(lab, "s").connect();
                Client player = Client.player(lab, "s")) {
            TcpEnd broken = new TcpEnd(player.tcpPort());
            player.over(broken).connect();
            broken.sendRaw((byte) 0xff, (byte) 0xff);
            broken.awaitClosed();
            player.over(new TcpEnd(player.tcpPort()));
            player.nominate();
            publisher.sendRtp(Packets.opus(1));
            player.awaitRtp(Packets.AUDIO_TYPE, 1);
        }
    }

    private static void publish(Client publisher, int firstSequence, int count) {
        for (int i = 0; i < count; i++) {
            byte[] head = Packets.vp8KeyFrame(firstSequence + i);
            byte[] frame = Arrays.copyOf(head, FRAME_BYTES);
            // The marker: the frame is whole.
            frame[1] |= (byte) 0x80;
            publisher.sendRtp(frame);
        }
    }
}
