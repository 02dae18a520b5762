package dev.sluice.engine.ice;

import static dev.sluice.engine.ice.IceTestBed.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.stun.StunTestClient;
import dev.sluice.engine.stun.StunWire;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What nine real stacks sent. */
class IceWireTest {
    private static final int FINGERPRINT_BYTES = 8;
    private static final String ICE_CONTROLLED = "80290008";

    @Test
    void shouldAnswerEveryCapturedRequestWhenGivenItsServersCredentials() {
        int requests = 0;
        for (StunWire wire : StunWire.all()) {
            try (IceTestBed bed = new IceTestBed(new IceCredentials(wire.serverUfrag(), wire.serverPassword()))) {
                StunTestClient reader = new StunTestClient(wire.serverUfrag(), wire.serverPassword(), "");
                for (byte[] request : wire.requests()) {
                    // Where the captured server was a full agent and had made the offer, its client was controlled.
                    boolean controlled = HexFormat.of().formatHex(request).contains(ICE_CONTROLLED);
                    int code = bed.send(request, address(1));
                    StunTestClient.Answer answer = reader.answer(bed.answer());
                    assertTrue(answer.answers(request) && answer.integrityRight() && answer.fingerprintRight());
                    assertTrue(bed.answer().length <= request.length);
                    if (controlled) {
                        assertEquals(DropReason.ICE_ROLE_CONFLICT.code(), code, wire.name());
                        assertEquals(487, answer.errorCode());
                    } else {
                        assertTrue(code >= 0, wire.name());
                        assertEquals(address(1).socketAddress(), answer.mapped());
                    }
                    requests++;
                }
            }
        }
        assertTrue(requests >= 30, requests + " requests");
    }

    @Test
    void shouldDropWithoutAnswerWhenAnyByteBeforeFingerprintIsFlipped() {
        for (StunWire wire : StunWire.all()) {
            try (IceTestBed bed = new IceTestBed(new IceCredentials(wire.serverUfrag(), wire.serverPassword()))) {
                for (byte[] request : wire.requests()) {
                    for (int bit = 0; bit < (request.length - FINGERPRINT_BYTES) * 8; bit++) {
                        byte[] flipped = request.clone();
                        flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
                        assertDropped(bed, flipped, wire.name() + " bit " + bit);
                    }
                }
            }
        }
    }

    @Test
    void shouldDropWithoutAnswerWhenCutOffAtAnyByte() {
        for (StunWire wire : StunWire.all()) {
            try (IceTestBed bed = new IceTestBed(new IceCredentials(wire.serverUfrag(), wire.serverPassword()))) {
                for (byte[] request : wire.requests()) {
                    for (int length = 0; length < request.length; length++) {
                        assertDropped(bed, Arrays.copyOf(request, length), wire.name() + " cut at " + length);
                    }
                }
            }
        }
    }

    @Test
    void shouldStaySilentWhenTheDatagramIsAnAnswer() {
        for (StunWire wire : StunWire.all()) {
            try (IceTestBed bed = new IceTestBed(new IceCredentials(wire.serverUfrag(), wire.serverPassword()))) {
                for (byte[] datagram : wire.datagrams()) {
                    if (datagram[0] == 1) {
                        assertDropped(bed, datagram, wire.name());
                    }
                }
            }
        }
    }

    private static void assertDropped(IceTestBed bed, byte[] datagram, String what) {
        assertTrue(bed.send(datagram, address(1)) < 0, what);
        assertTrue(bed.egress.isEmpty(), what);
    }
}
