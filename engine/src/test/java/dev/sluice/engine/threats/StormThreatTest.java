package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.SessionEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Row 27: handshakes that come in masses, begun and never ended, or all at once. */
class StormThreatTest {
    private static final int HELLOS = 100;

    private EngineLab lab;
    private final List<Client> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        lab = EngineLab.start();
    }

    @AfterEach
    void stop() {
        lab.close();
        clients.forEach(Client::close);
    }

    private Client closing(Client client) {
        clients.add(client);
        return client;
    }

    @Test
    void shouldLetARealClientInBehindHellosThatLeadNowhere() {
        Client live = closing(Client.publisher(lab, "live").connect());
        byte[] hello = Captures.datagrams("pion-publish", "dtls").getFirst();
        List<Client> idle = new ArrayList<>();
        for (int i = 0; i < HELLOS; i++) {
            Client client = closing(Client.player(lab, "live"));
            client.nominate();
            client.udp.send(hello);
            idle.add(client);
        }
        Client player = closing(Client.player(lab, "live").connect());
        live.sendRtp(Packets.opus(1));
        player.awaitRtp(Packets.AUDIO_TYPE, 1);

        // Their wait is over, so their ten seconds run.
        lab.advance(Duration.ofSeconds(11).plusNanos(HELLOS * 2_000_000L));
        for (Client client : idle) {
            assertEquals(SessionEnd.DTLS_FAILED, client.awaitEnd());
        }
    }
}
