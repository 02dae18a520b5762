package dev.sluice.engine.ice;

import static dev.sluice.engine.ice.IceTestBed.FIRST;
import static dev.sluice.engine.ice.IceTestBed.SECOND;
import static dev.sluice.engine.ice.IceTestBed.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.stun.StunTestClient;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IceAgentTest {
    private final IceTestBed bed = new IceTestBed();
    private final IceAgent agent = bed.agent;
    private final StunTestClient client = IceTestBed.client(FIRST);

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void shouldAnswerWithTheSourceWhenACheckIsAuthentic() {
        byte[] check = client.check();
        assertEquals(IceAgent.ANSWERED, bed.send(check, address(1)));
        StunTestClient.Answer answer = client.answer(bed.answer());
        assertTrue(answer.isSuccess() && answer.answers(check) && answer.integrityRight());
        assertTrue(answer.fingerprintRight());
        assertEquals(address(1).socketAddress(), answer.mapped());
        assertEquals(address(1), bed.egress.destination(0));
        assertEquals(address(1), find(address(1)));
    }

    @Test
    void shouldAnswerFromTheAddressThatHeardWhenThereAreSeveral() {
        RemoteAddress atSecond = new RemoteAddress(0x2001_0db8_0000_0000L, 7, 40_000, 3);
        bed.send(client.check(), atSecond);
        assertEquals(atSecond.socketAddress(), client.answer(bed.answer()).mapped());
        assertEquals(3, bed.egress.destination(0).localIndex());
        assertNull(agent.find(atSecond.high(), atSecond.low(), atSecond.port(), 0));
    }

    @Test
    void shouldHaveNothingSelectedWhenNothingWasNominated() {
        bed.send(client.check(), address(1));
        assertNull(agent.selected());
        assertEquals(IceAgent.ANSWERED, bed.send(client.check(), address(1)));
        assertEquals(IceAgent.SELECTED_CHANGED, bed.send(client.nominate(), address(1)));
        assertSame(find(address(1)), agent.selected());
        assertEquals(IceAgent.ANSWERED, bed.send(client.nominate(), address(1)));
    }

    @Test
    void shouldSelectTheLatestWhenSeveralPairsAreNominated() {
        assertEquals(IceAgent.SELECTED_CHANGED, bed.send(client.nominate(), address(1)));
        assertEquals(IceAgent.SELECTED_CHANGED, bed.send(client.nominate(), address(2)));
        assertEquals(address(2), agent.selected());
        assertEquals(IceAgent.ANSWERED, bed.send(client.check(), address(3)));
        assertEquals(address(2), agent.selected());
        assertEquals(IceAgent.SELECTED_CHANGED, bed.send(client.nominate(), address(1)));
        assertEquals(address(1), agent.selected());
    }

    @Test
    void shouldBeSilentWhenIntegrityIsMissingOrWrong() {
        refused(
                DropReason.STUN_NO_INTEGRITY,
                client.request().useCandidate().password(null).build());
        refused(
                DropReason.STUN_BAD_INTEGRITY,
                client.request().useCandidate().corruptIntegrity().build());
        refused(
                DropReason.STUN_BAD_INTEGRITY,
                client.request().password(SECOND.password()).build());
        refused(DropReason.STUN_UNKNOWN_USER, client.request().username(null).build());
        refused(
                DropReason.STUN_UNKNOWN_USER,
                client.request().username("cLnt:AbCd+/12").build());
        refused(
                DropReason.STUN_UNKNOWN_USER,
                client.request().username("AbCd+/12").build());
        refused(DropReason.STUN_UNKNOWN_USER, IceTestBed.client(SECOND).nominate());
    }

    @Test
    void shouldBeSilentWhenFingerprintIsWrong() {
        refused(
                DropReason.STUN_BAD_FINGERPRINT,
                client.request().corruptFingerprint().build());
        assertEquals(
                IceAgent.ANSWERED, bed.send(client.request().noFingerprint().build(), address(1)));
    }

    @Test
    void shouldBeSilentWhenTheMessageIsNoBindingRequest() {
        for (int type : new int[] {0x0011, 0x0101, 0x0111, 0x0003, 0x0002}) {
            refused(
                    DropReason.STUN_NOT_A_REQUEST,
                    client.request().type(type).useCandidate().build());
        }
    }

    @Test
    void shouldGoOnUntouchedWhenNominationsAreForged() {
        bed.send(client.nominate(), address(1));
        long checkedNs = agent.checkedNs(address(1));
        assertEquals(bed.nowNs, checkedNs);
        bed.passSeconds(1);
        for (int i = 2; i < 100; i++) {
            byte[] forged = client.request().useCandidate().corruptIntegrity().build();
            assertEquals(DropReason.STUN_BAD_INTEGRITY.code(), bed.send(forged, address(i)));
            assertTrue(bed.egress.isEmpty());
            assertNull(find(address(i)));
        }
        assertEquals(address(1), agent.selected());
        assertEquals(checkedNs, agent.checkedNs(address(1)));
    }

    @Test
    void shouldIgnoreANominationWhenItFollowsIntegrity() {
        byte[] request = client.request()
                .attributeBehindIntegrity(0x0025, new byte[0])
                .attributeBehindIntegrity(0x8029, new byte[8])
                .attributeBehindIntegrity(0x0003, new byte[4])
                .build();
        assertEquals(IceAgent.ANSWERED, bed.send(request, address(1)));
        assertNull(agent.selected());
    }

    @Test
    void shouldAnswer487WhenTheRemoteIsControlledToo() {
        assertEquals(
                DropReason.ICE_ROLE_CONFLICT.code(),
                bed.send(client.request().controlled().useCandidate().build(), address(1)));
        StunTestClient.Answer answer = client.answer(bed.answer());
        assertEquals(487, answer.errorCode());
        assertTrue(answer.integrityRight() && answer.fingerprintRight());
        assertEquals(address(1), bed.egress.destination(0));
        assertNull(find(address(1)));
        assertNull(agent.selected());
        refused(
                DropReason.STUN_BAD_INTEGRITY,
                client.request().controlled().corruptIntegrity().build());
    }

    @Test
    void shouldAnswer420WhenAMandatoryAttributeIsUnknown() {
        assertEquals(
                DropReason.STUN_UNKNOWN_ATTRIBUTE.code(),
                bed.send(client.request().attribute(0x0003, new byte[4]).build(), address(1)));
        StunTestClient.Answer answer = client.answer(bed.answer());
        assertEquals(420, answer.errorCode());
        assertEquals(List.of(0x0003), answer.unknownAttributes());
        assertTrue(answer.integrityRight());
        assertNull(find(address(1)));
        refused(
                DropReason.STUN_BAD_INTEGRITY,
                client.request()
                        .attribute(0x0003, new byte[4])
                        .corruptIntegrity()
                        .build());
        refused(
                DropReason.STUN_NO_INTEGRITY,
                client.request().attribute(0x0003, new byte[4]).password(null).build());
    }

    @Test
    void shouldNeverAnswerLongerThanTheRequestWhenItIsAnyOfThese() {
        List<byte[]> requests = new ArrayList<>();
        for (String remote : new String[] {"", "c", "cLnt", "remote"}) {
            String username = FIRST.ufrag() + ":" + remote;
            requests.add(client.request().username(username).build());
            requests.add(client.request().username(username).noFingerprint().build());
            requests.add(client.request().username(username).bare().build());
            requests.add(
                    client.request().username(username).bare().noFingerprint().build());
            requests.add(client.request()
                    .username(username)
                    .bare()
                    .controlled()
                    .noFingerprint()
                    .build());
            StunTestClient.Request unknown =
                    client.request().username(username).bare().noFingerprint();
            for (int type = 0x40; type < 0x60; type++) {
                requests.add(unknown.attribute(type, new byte[0]).build());
            }
        }
        RemoteAddress v6 = new RemoteAddress(0x2001_0db8_0000_0000L, 1, 40_000, 0);
        for (byte[] request : requests) {
            for (RemoteAddress from : List.of(address(1), v6)) {
                bed.send(request, from);
                if (!bed.egress.isEmpty()) {
                    assertTrue(bed.answer().length <= request.length);
                }
            }
        }
        bed.send(requests.getFirst(), v6);
        assertTrue(client.answer(bed.answer()).isSuccess());
    }

    @Test
    void shouldCountTheCheckAsLostWhenThereIsNoRoomForTheAnswer() {
        while (bed.egress.hasRoom(1)) {
            bed.egress.claim(1);
            bed.egress.commit(1, address(9));
        }
        byte[] nomination = client.nominate();
        MemorySegment.copy(nomination, 0, bed.in, ValueLayout.JAVA_BYTE, 0, nomination.length);
        RemoteAddress from = address(1);
        int code = agent.onDatagram(
                bed.in, 0, nomination.length, from.high(), from.low(), from.port(), 0, bed.nowNs, bed.egress);
        assertEquals(DropReason.EGRESS_FULL.code(), code);
        assertNull(find(address(1)));
        assertNull(agent.selected());
    }

    @Test
    void shouldReplaceTheOldestUnselectedWhenSixteenAreKept() {
        bed.send(client.nominate(), address(0));
        for (int i = 1; i < 16; i++) {
            bed.passSeconds(1);
            assertEquals(IceAgent.ANSWERED, bed.send(client.check(), address(i)));
        }
        bed.passSeconds(1);
        bed.send(client.check(), address(1));
        assertEquals(IceAgent.PAIR_REPLACED, bed.send(client.check(), address(16)));
        assertEquals(address(2), agent.replaced());
        assertNull(find(address(2)));
        assertEquals(address(0), agent.selected());
        for (int i : new int[] {0, 1, 3, 15, 16}) {
            assertEquals(address(i), find(address(i)));
        }
        for (int i = 17; i < 200; i++) {
            bed.passSeconds(1);
            bed.send(client.check(), address(0));
            assertEquals(IceAgent.PAIR_REPLACED, bed.send(client.check(), address(i)));
            assertNull(find(agent.replaced()));
        }
        assertEquals(address(0), agent.selected());
    }

    @Test
    void shouldTellEachPairsLastCheckUntilItIsReplaced() {
        assertEquals(Long.MIN_VALUE, agent.checkedNs(address(1)));
        bed.send(client.nominate(), address(0));
        bed.send(client.check(), address(1));
        long firstNs = bed.nowNs;
        for (int i = 2; i < 16; i++) {
            bed.passSeconds(1);
            bed.send(client.check(), address(i));
            assertEquals(bed.nowNs, agent.checkedNs(address(i)));
        }
        bed.send(client.nominate(), address(0));
        assertEquals(bed.nowNs, agent.checkedNs(address(0)));
        assertEquals(firstNs, agent.checkedNs(address(1)));
        RemoteAddress elsewhere = new RemoteAddress(
                address(1).high(), address(1).low(), address(1).port(), 1);
        assertEquals(Long.MIN_VALUE, agent.checkedNs(elsewhere), "heard by another of our addresses");
        bed.send(client.request().corruptIntegrity().build(), address(1));
        bed.send(client.request().controlled().build(), address(1));
        assertEquals(firstNs, agent.checkedNs(address(1)), "no check that counts");
        bed.send(client.check(), address(16));
        assertEquals(Long.MIN_VALUE, agent.checkedNs(address(1)), "replaced");
        assertEquals(bed.nowNs, agent.checkedNs(address(16)));
    }

    @Test
    void shouldKeepOneObjectAnAddressWhenChecksRepeat() {
        bed.send(client.nominate(), address(1));
        RemoteAddress remote = agent.selected();
        bed.send(client.nominate(), address(1));
        assertSame(remote, agent.selected());
        assertSame(remote, bed.egress.destination(0));
        assertNotEquals(null, remote);
    }

    @Test
    void shouldExpireConsentWhenNoCheckPassedFor30Seconds() {
        assertFalse(agent.consentExpired(bed.nowNs));
        bed.passSeconds(20);
        bed.send(client.nominate(), address(1));
        assertEquals(bed.nowNs, agent.checkedNs(address(1)));
        assertEquals(bed.nowNs + IceAgent.CONSENT_NS, agent.deadlineNs());
        bed.passSeconds(29);
        bed.send(client.request().corruptIntegrity().build(), address(1));
        bed.send(client.request().controlled().build(), address(1));
        assertFalse(agent.consentExpired(bed.nowNs));
        bed.passSeconds(1);
        assertTrue(agent.consentExpired(bed.nowNs));
    }

    @Test
    void shouldExpireConsentWhenNoCheckEverCame() {
        bed.passSeconds(29);
        assertFalse(agent.consentExpired(bed.nowNs));
        bed.passSeconds(1);
        assertTrue(agent.consentExpired(bed.nowNs));
    }

    @Test
    void shouldLeaveASelectedPairWhenOnlyOthersAreCheckedFor30Seconds() {
        bed.send(client.nominate(), address(1));
        for (int i = 0; i < 29; i++) {
            bed.passSeconds(1);
            assertEquals(IceAgent.ANSWERED, bed.send(client.check(), address(2)));
        }
        assertEquals(address(1), agent.selected());
        bed.passSeconds(1);
        assertEquals(IceAgent.SELECTED_CHANGED, bed.send(client.check(), address(2)));
        assertEquals(address(2), agent.selected());
    }

    private RemoteAddress find(RemoteAddress like) {
        return agent.find(like.high(), like.low(), like.port(), like.localIndex());
    }

    /** The datagram is dropped for this reason, without an answer and without a trace. */
    private void refused(DropReason reason, byte[] datagram) {
        RemoteAddress selected = agent.selected();
        assertEquals(reason.code(), bed.send(datagram, address(77)));
        assertTrue(bed.egress.isEmpty());
        assertNull(find(address(77)));
        assertSame(selected, agent.selected());
    }
}
