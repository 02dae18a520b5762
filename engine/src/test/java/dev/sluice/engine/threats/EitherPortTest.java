package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.engine.EngineLab;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole engine over either way of reading and writing sockets. */
class EitherPortTest {
    private static final int PLAYERS = 4;
    private static final int PACKETS = 200;

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldBringEveryPlayerWhatThePublisherSends(String io) {
        Random random = new Random(7);
        List<Client> players = new ArrayList<>();
        try (EngineLab lab = EngineLab.start(io);
                Client publisher = Client.publisher(lab, "s").connect()) {
            for (int i = 0; i < PLAYERS; i++) {
                players.add(Client.player(lab, "s").connect());
            }
            List<byte[]> payloads = new ArrayList<>();
            int length = 100;
            for (int i = 0; i < PACKETS; i++) {
                length = random.nextInt(3) == 0 ? 50 + random.nextInt(1_000) : length;
                byte[] payload = new byte[length];
                random.nextBytes(payload);
                payloads.add(payload);
                publisher.sendRtp(Packets.rtp(Packets.AUDIO_TYPE, i, i * 960L, Packets.AUDIO_SSRC, payload));
            }
            for (Client player : players) {
                player.awaitRtp(Packets.AUDIO_TYPE, PACKETS);
                List<byte[]> got = player.rtp(Packets.AUDIO_TYPE);
                assertEquals(PACKETS, got.size());
                for (int i = 0; i < PACKETS; i++) {
                    byte[] packet = got.get(i);
                    byte[] payload = payloads.get(i);
                    assertArrayEquals(
                            payload, Arrays.copyOfRange(packet, packet.length - payload.length, packet.length));
                }
            }
            assertEquals(0, lab.drops("send_failed") + lab.drops("egress_full"));
        } finally {
            players.forEach(Client::close);
        }
    }
}
