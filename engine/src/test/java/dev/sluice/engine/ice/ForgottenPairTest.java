package dev.sluice.engine.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.stun.StunTestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A TCP connection that is gone takes its pair along. */
class ForgottenPairTest {
    private final IceTestBed bed = new IceTestBed();
    private final StunTestClient client = IceTestBed.client(IceTestBed.FIRST);

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void shouldSelectTheLatestCheckedWhenTheSelectedIsForgotten() {
        for (int number = 1; number <= 3; number++) {
            bed.passSeconds(1);
            bed.send(client.check(), IceTestBed.address(number));
        }
        bed.send(client.nominate(), IceTestBed.address(1));
        bed.agent.forget(IceTestBed.address(1), bed.nowNs);
        assertEquals(IceTestBed.address(3), bed.agent.selected());
        assertEquals(2, bed.agent.pairs());
        assertNull(find(IceTestBed.address(1)));
    }

    @Test
    void shouldKeepTheSelectedWhenAnotherIsForgotten() {
        for (int number = 1; number <= 3; number++) {
            bed.send(client.check(), IceTestBed.address(number));
        }
        bed.send(client.nominate(), IceTestBed.address(3));
        bed.agent.forget(IceTestBed.address(1), bed.nowNs);
        assertEquals(IceTestBed.address(3), bed.agent.selected());
        assertEquals(IceTestBed.address(2), find(IceTestBed.address(2)));
        bed.agent.forget(IceTestBed.address(9), bed.nowNs);
        assertEquals(2, bed.agent.pairs());
    }

    @Test
    void shouldSelectNoneWhoseConsentIsOverWhenTheSelectedIsForgotten() {
        bed.send(client.check(), IceTestBed.address(1));
        bed.passSeconds(31);
        bed.send(client.nominate(), IceTestBed.address(2));
        assertTrue(bed.agent.forget(IceTestBed.address(2), bed.nowNs));
        assertNull(bed.agent.selected());
    }

    @Test
    void shouldBeSelectedAnewWhenAllWereForgotten() {
        bed.send(client.nominate(), IceTestBed.address(1));
        bed.agent.forget(IceTestBed.address(1), bed.nowNs);
        assertNull(bed.agent.selected());
        bed.send(client.nominate(), IceTestBed.address(2));
        assertEquals(IceTestBed.address(2), bed.agent.selected());
    }

    private RemoteAddress find(RemoteAddress address) {
        return bed.agent.find(address.high(), address.low(), address.port(), address.localIndex());
    }
}
