package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.natives.net.Errno;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which refused run says that a path takes less than 1,280 bytes. */
class NarrowPathTest {
    private static final RemoteAddress V4 = new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_0001), 9, 0);
    private static final RemoteAddress V6 = new RemoteAddress(0x2001_0db8_0000_0000L, 1, 9, 0);

    @ParameterizedTest
    @CsvSource({"1252, true, true", "1253, true, false", "1232, false, true", "1233, false, false"})
    void shouldReckonWithTheHeadersOfEachFamily(int packetBytes, boolean v4, boolean below) {
        RemoteAddress to = v4 ? V4 : V6;
        assertEquals(below, GsoRuns.isBelowLeastMtu(to, packetBytes, Errno.EMSGSIZE));
        assertEquals(below, GsoRuns.isBelowLeastMtu(to, packetBytes, Errno.EINVAL));
        assertEquals(false, GsoRuns.isBelowLeastMtu(to, packetBytes, Errno.EIO));
    }
}
