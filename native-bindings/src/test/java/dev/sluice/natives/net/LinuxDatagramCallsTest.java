package dev.sluice.natives.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.natives.LibraryUnavailableException;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class LinuxDatagramCallsTest {
    private static final int EBADF = 9;

    private static LinuxDatagramCalls open() {
        try {
            return LinuxDatagramCalls.open();
        } catch (LibraryUnavailableException e) {
            assertFalse(e.getMessage().isEmpty() || e.getMessage().contains("\n"), e.getMessage());
            return abort(e.getMessage());
        }
    }

    @Test
    void shouldTellTheErrorOfACall() {
        try (LinuxDatagramCalls calls = open();
                Arena arena = Arena.ofConfined()) {
            MessageVector vector = new MessageVector(arena, 2);
            assertEquals(-EBADF, calls.send(-1, vector.address(0), 2));
            assertEquals(2, calls.sendCalls(), "one more for the reason");
            assertTrue(calls.receive(-1, vector.address(0), 2) < 0);
        }
    }

    @Test
    void shouldCloseTwice() {
        LinuxDatagramCalls calls = open();
        calls.close();
        calls.close();
    }

    @Test
    void shouldReadTheAddressesThatItWrites() {
        try (Arena arena = Arena.ofConfined()) {
            MessageVector vector = new MessageVector(arena, 3);
            vector.toInet(1, 0x7f00_0001, 65_535);
            vector.toInet6(2, 0x2001_0db8_0000_0001L, -2, 7_000);
            assertFalse(vector.isFromInet6(1));
            assertEquals(0x7f00_0001, vector.sourceInet(1));
            assertEquals(65_535, vector.sourcePort(1));
            assertTrue(vector.isFromInet6(2));
            assertEquals(0x2001_0db8_0000_0001L, vector.sourceHigh(2));
            assertEquals(-2, vector.sourceLow(2));
            assertEquals(7_000, vector.sourcePort(2));
            assertEquals(64, vector.address(2) - vector.address(1), "mmsghdr is 64 bytes");
        }
    }
}
