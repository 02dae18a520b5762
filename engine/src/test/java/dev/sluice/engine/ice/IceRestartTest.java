package dev.sluice.engine.ice;

import static dev.sluice.engine.ice.IceTestBed.FIRST;
import static dev.sluice.engine.ice.IceTestBed.SECOND;
import static dev.sluice.engine.ice.IceTestBed.THIRD;
import static dev.sluice.engine.ice.IceTestBed.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.stun.StunTestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IceRestartTest {
    private static final int UNKNOWN_USER = DropReason.STUN_UNKNOWN_USER.code();

    private final IceTestBed bed = new IceTestBed();
    private final IceAgent agent = bed.agent;
    private final StunTestClient first = IceTestBed.client(FIRST);
    private final StunTestClient second = IceTestBed.client(SECOND);
    private final StunTestClient third = IceTestBed.client(THIRD);

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void shouldAnswerBothGenerationsWhenTheNewOneIsNotNominatedYet() {
        bed.send(first.nominate(), address(1));
        assertNull(agent.restart(SECOND, bed.nowNs));
        assertEquals(SECOND, agent.local());

        assertEquals(IceAgent.ANSWERED, bed.send(first.check(), address(1)));
        assertTrue(first.answer(bed.answer()).integrityRight());
        assertEquals(IceAgent.ANSWERED, bed.send(second.check(), address(2)));
        assertTrue(second.answer(bed.answer()).integrityRight());
        assertEquals(address(1), agent.selected());
    }

    @Test
    void shouldLeaveTheOldGenerationWhenTheNewOneIsNominated() {
        bed.send(first.nominate(), address(1));
        agent.restart(SECOND, bed.nowNs);
        assertEquals(IceAgent.SELECTED_CHANGED | IceAgent.PREVIOUS_ENDED, bed.send(second.nominate(), address(2)));
        assertEquals(address(2), agent.selected());
        assertEquals(UNKNOWN_USER, bed.send(first.nominate(), address(1)));
        assertTrue(bed.egress.isEmpty());
        assertEquals(address(2), agent.selected());
        RemoteAddress old = address(1);
        assertNotNull(agent.find(old.high(), old.low(), old.port(), old.localIndex()), "packets may be on their way");
    }

    @Test
    void shouldEndTheOldGenerationWhenTheSameAddressIsNominatedAgain() {
        bed.send(first.nominate(), address(1));
        agent.restart(SECOND, bed.nowNs);
        assertEquals(IceAgent.PREVIOUS_ENDED, bed.send(second.nominate(), address(1)));
        assertEquals(address(1), agent.selected());
        assertEquals(UNKNOWN_USER, bed.send(first.check(), address(1)));
    }

    @Test
    void shouldFollowTheOldGenerationWhenItIsStillTheOnlyNominated() {
        bed.send(first.nominate(), address(1));
        agent.restart(SECOND, bed.nowNs);
        assertEquals(IceAgent.SELECTED_CHANGED, bed.send(first.nominate(), address(3)));
        assertEquals(address(3), agent.selected());
    }

    @Test
    void shouldNotMixPasswordsWhenTwoGenerationsLive() {
        agent.restart(SECOND, bed.nowNs);
        StunTestClient mixed = new StunTestClient(FIRST.ufrag(), SECOND.password(), "cLnt");
        assertEquals(DropReason.STUN_BAD_INTEGRITY.code(), bed.send(mixed.nominate(), address(1)));
        mixed = new StunTestClient(SECOND.ufrag(), FIRST.password(), "cLnt");
        assertEquals(DropReason.STUN_BAD_INTEGRITY.code(), bed.send(mixed.nominate(), address(1)));
    }

    @Test
    void shouldDropTheMiddleGenerationWhenRestartedTwice() {
        bed.send(first.nominate(), address(1));
        assertNull(agent.restart(SECOND, bed.nowNs));
        bed.send(second.check(), address(2));
        assertEquals(SECOND, agent.restart(THIRD, bed.nowNs));
        assertEquals(UNKNOWN_USER, bed.send(second.nominate(), address(2)));
        assertEquals(IceAgent.ANSWERED, bed.send(first.check(), address(1)));
        assertEquals(IceAgent.SELECTED_CHANGED | IceAgent.PREVIOUS_ENDED, bed.send(third.nominate(), address(2)));
        assertEquals(UNKNOWN_USER, bed.send(first.check(), address(1)));
        assertNull(agent.restart(SECOND, bed.nowNs));
        assertEquals(SECOND, agent.local());
    }

    @Test
    void shouldGiveTimeForTheNewChecksWhenRestartedLate() {
        bed.send(first.nominate(), address(1));
        bed.passSeconds(29);
        agent.restart(SECOND, bed.nowNs);
        bed.passSeconds(9);
        assertFalse(agent.consentExpired(bed.nowNs));
        bed.passSeconds(1);
        assertTrue(agent.consentExpired(bed.nowNs));
    }

    @Test
    void shouldNotShortenConsentWhenRestartedEarly() {
        bed.send(first.nominate(), address(1));
        bed.passSeconds(1);
        agent.restart(SECOND, bed.nowNs);
        bed.passSeconds(28);
        assertFalse(agent.consentExpired(bed.nowNs));
        bed.passSeconds(1);
        assertTrue(agent.consentExpired(bed.nowNs));
    }
}
