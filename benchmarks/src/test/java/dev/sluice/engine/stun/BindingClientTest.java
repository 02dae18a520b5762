package dev.sluice.engine.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BindingClientTest {
    private static final String PASSWORD = "a password of the server";

    private final MemorySegment memory = Arena.ofAuto().allocate(1_024, 8);
    private final BindingClient client = new BindingClient("server", PASSWORD, "client", 42);
    private final StunMessage message = new StunMessage();
    private final StunAuthenticator server = new StunAuthenticator(PASSWORD);

    @Test
    void shouldWriteANominatingCheckThatAServerTakes() {
        int length = client.write(memory, 0);
        assertEquals(0, message.parse(memory, 0, length));
        assertTrue(message.isBindingRequest());
        assertTrue(message.nominates());
        assertTrue(message.isForUfrag("server".getBytes(StandardCharsets.US_ASCII)));
        assertTrue(server.isAuthentic(message));
        assertTrue(server.isFingerprintRight(message));
        assertEquals(0, message.unknownCount());
    }

    @Test
    void shouldKnowItsAnswer() {
        assertTrue(answeredBy(server));
    }

    @Test
    void shouldTakeNoAnswerOfAnotherServer() {
        assertFalse(answeredBy(new StunAuthenticator("another password")));
    }

    private boolean answeredBy(StunAuthenticator authenticator) {
        message.parse(memory, 0, client.write(memory, 0));
        int length = StunAnswer.writeSuccess(message, 0, 0xffff_7f00_0001L, 4_000, authenticator, memory, 512);
        message.parse(memory, 512, length);
        return client.isSuccess(message);
    }
}
