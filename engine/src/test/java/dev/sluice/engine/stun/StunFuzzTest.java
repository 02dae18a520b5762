package dev.sluice.engine.stun;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;

/** Any bytes: no exception, no read outside the datagram, and nothing passes for authentic that is not. */
class StunFuzzTest {
    private static final String PASSWORD = "firstPasswordOf24Chars++";

    @FuzzTest
    void shouldNeverThrowWhenGivenAnyBytes(byte[] data) {
        check(data);
    }

    static void check(byte[] data) {
        // Memory that ends where the datagram does: a read behind it throws.
        MemorySegment segment = MemorySegment.ofArray(data);
        long key = Stun.localUfragKey(segment, 0, data.length);
        if (key < -1) {
            throw new AssertionError("key " + key);
        }
        StunMessage message = new StunMessage();
        if (message.parse(segment, 0, data.length) != 0) {
            return;
        }
        StunAuthenticator authenticator = new StunAuthenticator(PASSWORD);
        boolean authentic = authenticator.isAuthentic(message);
        authenticator.isFingerprintRight(message);
        message.isForUfrag(new byte[] {'A', 'b', 'C', 'd', '+', '/', '1', '2'});
        if (authentic != StunTestClient.isAuthentic(data, PASSWORD)) {
            throw new AssertionError("integrity");
        }
        checkAnswers(data, message, authenticator);
    }

    private static void checkAnswers(byte[] data, StunMessage message, StunAuthenticator authenticator) {
        MemorySegment to = MemorySegment.ofArray(new byte[Math.min(data.length, StunAnswer.MAX_BYTES)]);
        int[] lengths = {
            StunAnswer.writeSuccess(message, 0, 0xffff_0000_0001L, 7000, authenticator, to, 0),
            StunAnswer.writeSuccess(message, 1, 1, 7000, authenticator, to, 0),
            StunAnswer.writeRoleConflict(message, authenticator, to, 0),
            StunAnswer.writeUnknownAttribute(message, authenticator, to, 0)
        };
        for (int length : lengths) {
            if (length > data.length) {
                throw new AssertionError("an answer of " + length + " B to " + data.length);
            }
        }
    }
}
