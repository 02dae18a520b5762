package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.dtls.HandshakeQueue;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.peer.Peer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DtlsWorkTest {
    private final DtlsWork work = new DtlsWork(new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND));

    @Test
    void shouldLookAtAFewPeersACycleWhenManyGotOn() {
        assertFalse(work.isPending());
        assertEquals(0, work.run(0, null));
        for (int i = 0; i < 20; i++) {
            work.onProgress(
                    new Peer("peer-" + i, IceCredentials.generate(new Random(i)), null, null, null, null, null, 0));
        }
        assertTrue(work.isPending());
        assertEquals(8, work.run(0, null));
        assertEquals(8, work.run(0, null));
        assertEquals(4, work.run(0, null));
        assertFalse(work.isPending());
    }
}
