package dev.sluice.engine.dtls;

import static dev.sluice.engine.dtls.DtlsTesting.ALL;
import static dev.sluice.engine.dtls.DtlsTesting.assertSameKeys;
import static dev.sluice.engine.dtls.DtlsTesting.awaitNoThreads;
import static dev.sluice.engine.dtls.DtlsTesting.awaitThreads;
import static dev.sluice.engine.dtls.DtlsTesting.firstDatagram;
import static dev.sluice.engine.dtls.DtlsTesting.runAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.dtls.DtlsEndpoint.State;
import dev.sluice.engine.metrics.DropReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an endpoint does around the handshake: ends, bounds, threads. */
@ParameterizedClass
@EnumSource(Cryptos.class)
class DtlsEndpointTest {
    @Parameter
    Cryptos crypto;

    private DtlsServer server;
    private final DtlsTestClient client = new DtlsTestClient();

    @BeforeEach
    void open() {
        server = crypto.server(ALL, 64);
    }

    private MemoryLink link() {
        return new MemoryLink(server, client.fingerprint());
    }

    @Test
    void shouldAnswerCloseNotifyWhenTheClientCloses() throws IOException {
        MemoryLink link = link();
        client.handshake(link);
        link.await(State.CONNECTED);
        client.close();
        assertEquals(State.CLOSED, link.await(State.CLOSED));
        assertEquals("the remote closed", link.endpoint.failure());
        assertTrue(client.awaitCloseNotify(5_000));
        assertNull(link.endpoint.takeKeys());
    }

    @Test
    void shouldEndOnceWhenCloseNotifyComesTwiceInOneDatagram() throws IOException {
        MemoryLink own = link();
        client.handshake(own);
        own.await(State.CONNECTED);
        own.doubleUp = true;
        client.close();
        assertEquals(State.CLOSED, own.endpoint.state());
        assertTrue(client.awaitCloseNotify(5_000));
        assertNull(own.receive(50));
        awaitNoThreads(server);
    }

    @Test
    void shouldNotAnswerAFinishedThatIsReplayed() throws IOException {
        MemoryLink link = link();
        client.handshake(link);
        link.await(State.CONNECTED);
        for (byte[] datagram : List.copyOf(link.sent)) {
            link.deliver(datagram);
        }
        assertNull(link.receive(50));
        assertEquals(State.CONNECTED, link.endpoint.state());
    }

    @Test
    void shouldSendCloseNotifyOnceWhenTheOwnerCloses() throws IOException {
        MemoryLink link = link();
        client.handshake(link);
        link.await(State.CONNECTED);
        link.endpoint.close();
        link.endpoint.close();
        assertEquals(State.CLOSED, link.endpoint.state());
        assertTrue(client.awaitCloseNotify(5_000));
        assertNull(link.receive(50));
    }

    @Test
    void shouldIgnoreApplicationDataAndForgedRecordsWhenConnected() throws IOException {
        MemoryLink link = link();
        client.handshake(link);
        link.await(State.CONNECTED);
        client.sendApplicationData(new byte[100]);
        byte[] data = link.sent.getLast();
        assertEquals(DropReason.DTLS_NOT_EXPECTED.code(), link.deliver(data));
        byte[] forgedAlert = new byte[39];
        System.arraycopy(
                new byte[] {21, (byte) 0xfe, (byte) 0xfd, 0, 1, 0, 0, 0, 0, 0, 99, 0, 26}, 0, forgedAlert, 0, 13);
        for (int i = 0; i < 1_000; i++) {
            link.deliver(forgedAlert);
        }
        awaitNoThreads(server);
        assertEquals(State.CONNECTED, link.endpoint.state());
        client.close();
        assertEquals(State.CLOSED, link.await(State.CLOSED));
    }

    @Test
    void shouldLetOthersWaitAndSucceedWhenAsManyHandshakesRunAsMay() throws Exception {
        DtlsServer two = crypto.server(ALL, 2);
        MemoryLink stuck = new MemoryLink(two, client.fingerprint());
        MemoryLink stuckToo = new MemoryLink(two, client.fingerprint());
        MemoryLink third = new MemoryLink(two, client.fingerprint());
        byte[] hello = firstDatagram(new DtlsTestClient());
        assertEquals(0, stuck.deliver(hello));
        assertEquals(0, stuckToo.deliver(hello));
        assertEquals(0, third.deliver(hello));
        assertEquals(State.QUEUED, third.endpoint.state());
        stuck.endpoint.close();
        awaitThreads(two, 1);
        assertEquals(0, third.deliver(hello));
        assertEquals(State.HANDSHAKING, third.endpoint.state());
        third.endpoint.close();
        awaitThreads(two, 1);
        stuckToo.endpoint.close();
        awaitNoThreads(two);

        List<Callable<Void>> runs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            runs.add(() -> {
                DtlsTestClient own = new DtlsTestClient();
                MemoryLink link = new MemoryLink(two, own.fingerprint());
                assertSameKeys(link, own.handshake(link));
                return null;
            });
        }
        runAll(runs);
    }

    @Test
    void shouldLeaveNoThreadWhenThousandsOfEndpointsCome() throws Exception {
        DtlsServer own = crypto.server(ALL, 5_000);
        byte[] hello = firstDatagram(new DtlsTestClient());
        List<MemoryLink> links = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            MemoryLink link = new MemoryLink(own, client.fingerprint());
            if (i % 3 != 0) {
                link.deliver(hello);
            }
            links.add(link);
        }
        for (MemoryLink link : links) {
            link.endpoint.close();
            link.endpoint.close();
        }
        awaitNoThreads(own);
        for (MemoryLink link : links) {
            assertEquals(State.CLOSED, link.endpoint.state());
            assertEquals(DropReason.DTLS_NOT_EXPECTED.code(), link.deliver(hello));
        }
        assertSameKeysAfterHandshake(own);
    }

    @Test
    void shouldHoldNoThreadWhenConnected() throws Exception {
        DtlsServer own = crypto.server(ALL, 4);
        List<MemoryLink> links = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            MemoryLink link = new MemoryLink(own, client.fingerprint());
            new DtlsTestClient().handshake(link);
            links.add(link);
        }
        awaitNoThreads(own);
        links.forEach(link -> assertEquals(State.CONNECTED, link.await(State.CONNECTED)));
    }

    @Test
    void shouldWorkAfterwardsWhenWarmedUp() throws Exception {
        server.warmUp();
        awaitNoThreads(server);
        assertSameKeysAfterHandshake(server);
    }

    @Test
    void shouldTakeNoHelloWhenTheServerIsClosed() throws IOException {
        byte[] hello = firstDatagram(new DtlsTestClient());
        MemoryLink link = link();
        server.close();
        assertEquals(DropReason.DTLS_TOO_MANY_HANDSHAKES.code(), link.deliver(hello));
    }

    private void assertSameKeysAfterHandshake(DtlsServer any) throws IOException {
        MemoryLink link = new MemoryLink(any, client.fingerprint());
        assertSameKeys(link, new DtlsTestClient().handshake(link));
    }
}
