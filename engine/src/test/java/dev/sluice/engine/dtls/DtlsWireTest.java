package dev.sluice.engine.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.dtls.DtlsEndpoint.State;
import dev.sluice.natives.srtp.SrtpProfile;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What nine real stacks sent. */
class DtlsWireTest {
    private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate(new SecureRandom());

    private final DtlsServer server =
            new DtlsServer(CERTIFICATE, new SecureRandom(), EnumSet.allOf(SrtpProfile.class), 8, () -> {});

    @Test
    void shouldAnswerWithItsFlightWhenGivenEachCapturedHello() {
        int hellos = 0;
        for (DtlsWire wire : DtlsWire.all()) {
            MemoryLink link = new MemoryLink(server, CERTIFICATE.fingerprint());
            for (byte[] datagram : wire.datagrams()) {
                if (link.endpoint.state() == State.WAITING) {
                    assertEquals(0, link.deliver(datagram), wire.name());
                }
            }
            assertEquals(State.HANDSHAKING, link.endpoint.state(), wire.name());
            byte[] flight = link.receive(10_000);
            assertNotNull(flight, wire.name() + " " + link.endpoint.failure());
            assertEquals(22, flight[0]);
            assertEquals(2, flight[13], "ServerHello");
            assertTrue(flight.length <= DtlsServer.MAX_DATAGRAM_BYTES);
            link.endpoint.close();
            hellos++;
        }
        assertTrue(hellos >= 40, hellos + " hellos");
    }

    @Test
    void shouldGiveOnAllMessagesWhenGivenEachCapturedSecondFlight() {
        int whole = 0;
        for (DtlsWire wire : DtlsWire.all()) {
            List<Integer> types = new ArrayList<>();
            DtlsFilter filter = new DtlsFilter();
            for (byte[] datagram : wire.datagrams()) {
                int code = filter.onDatagram(
                        java.lang.foreign.MemorySegment.ofArray(datagram), 0, datagram.length, 0, (record, nowNs) -> {
                            types.add((int) record[0] == 22 && record[4] == 0 ? record[13] : -record[0]);
                            return 0;
                        });
                assertTrue(code == 0 || datagram[0] == 21, wire.name());
            }
            // Some captures end at the hello: no more than eight datagrams of a flow were kept.
            List<Integer> all = List.of(1, 11, 16, 15, -20, -22);
            assertEquals(
                    all.subList(0, Math.min(types.size(), all.size())), types.subList(0, Math.min(types.size(), 6)));
            whole += types.size() >= 6 ? 1 : 0;
        }
        assertTrue(whole >= 20, whole + " whole flights");
    }
}
