package dev.sluice.engine.dtls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.engine.srtp.SrtpKeys;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryHandshakeTest {

    @ParameterizedTest
    @EnumSource
    void shouldGiveBothSidesTheSameFreshKeysEachTime(MemoryHandshake.Crypto crypto) throws IOException {
        try (MemoryHandshake handshake = new MemoryHandshake(crypto)) {
            byte[] before = new byte[0];
            for (int i = 0; i < 3; i++) {
                MemoryHandshake.Keys keys = handshake.run();
                assertSame(keys.server(), keys.client());
                assertFalse(Arrays.equals(before, keys.server().localKey()));
                before = keys.server().localKey();
            }
        }
    }

    private static void assertSame(SrtpKeys server, SrtpKeys client) {
        assertEquals(server.profile(), client.profile());
        assertArrayEquals(server.localKey(), client.remoteKey());
        assertArrayEquals(server.localSalt(), client.remoteSalt());
        assertArrayEquals(server.remoteKey(), client.localKey());
        assertArrayEquals(server.remoteSalt(), client.localSalt());
    }
}
