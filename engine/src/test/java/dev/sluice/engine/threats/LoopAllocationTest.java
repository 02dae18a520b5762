package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.engine.EngineLab;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running server's loop leaves to the collector: nothing for media, checks, reports and key frame requests. */
class LoopAllocationTest {
    private static final int PLAYERS = 4;
    private static final int PACKETS = 2_560;
    /** Among the packets of sound comes one of these. */
    private static final int OTHER_EVERY = 16;
    /** Less than one object a datagram: the JDK's selector makes an Integer for each ready channel with a descriptor above 127. */
    private static final long TCP_BYTES = 8;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingForTheTrafficOfAPublisherAndItsPlayers(boolean overTcp) {
        try (EngineLab lab = EngineLab.start("auto")) {
            // One datagram a call allocates in the JDK's channel, and so does the JDK's crypto.
            assumeTrue(lab.engine().io().option().equals("batch"));
            assumeTrue(lab.engine().srtp().option().equals("openssl-ffm"));
            List<Client> clients = new ArrayList<>();
            clients.add(client(Client.publisher(lab, "s"), overTcp));
            for (int i = 0; i < PLAYERS; i++) {
                clients.add(client(Client.player(lab, "s"), overTcp));
            }
            long least = Long.MAX_VALUE;
            // Growing tables and the compiler's own work show up in the first rounds, more of them while other tests
            // keep the compiler busy: the best counts.
            long bound = overTcp ? TCP_BYTES * PACKETS : PACKETS;
            for (int round = 0; round < 60 && least >= bound; round++) {
                long before = lab.allocatedByLoops();
                send(lab, clients, round);
                least = Math.min(least, lab.allocatedByLoops() - before);
                clients.forEach(Client::drain);
            }
            assertEquals(0, least / bound, "bytes per datagram");
            clients.forEach(Client::close);
        }
    }

    private static Client client(Client opened, boolean overTcp) {
        return overTcp ? opened.overTcp().connect() : opened.connect();
    }

    private static void send(EngineLab lab, List<Client> clients, int round) {
        Client publisher = clients.getFirst();
        for (int i = 0; i < PACKETS; i += OTHER_EVERY) {
            int first = round * PACKETS + i;
            Barrage.send(
                    lab,
                    publisher.udp,
                    OTHER_EVERY - 1,
                    k -> publisher.protectRtp(Packets.opus(first + k & 0xffff, first + k)));
            Client other = clients.get(i / OTHER_EVERY % clients.size());
            Barrage.send(lab, other.udp, 1, k -> switch (first / OTHER_EVERY % 3) {
                case 0 -> other.stun.nominate();
                case 1 -> other.protectRtcp(report(7, Packets.AUDIO_SSRC));
                default -> other.protectRtcp(Packets.pli(7, Packets.VIDEO_SSRC));
            });
        }
    }

    /** A receiver report with one block (RFC 3550 section 6.4.2). */
    private static byte[] report(int senderSsrc, int mediaSsrc) {
        return ByteBuffer.allocate(32)
                .putInt(0x81c90007)
                .putInt(senderSsrc)
                .putInt(mediaSsrc)
                .putInt(0)
                .putInt(1_000)
                .putInt(3)
                .putLong(0)
                .array();
    }
}
