package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.engine.SessionRefusedException.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionLimitsTest {
    private static final InetAddress STRANGER = address("192.0.2.1");
    private static final InetAddress OTHER = address("192.0.2.2");
    private static final InetAddress OWN = address("198.51.100.7");

    @Test
    void shouldRefuseOneSourceItsThirdUnfinishedSession() throws Exception {
        SessionLimits limits = limits(100, 10, 2);
        limits.take(STRANGER);
        SessionLimits.Place second = limits.take(STRANGER);
        assertEquals(Refusal.TOO_MANY_FROM_SOURCE, refusal(limits, STRANGER));
        limits.take(OTHER);

        second.finish();
        limits.take(STRANGER);
        assertEquals(4, limits.sessions());
    }

    @Test
    void shouldRefuseOneSourceMoreThanItsSessions() throws Exception {
        SessionLimits limits = limits(100, 2, 2);
        for (int i = 0; i < 2; i++) {
            limits.take(STRANGER).finish();
        }
        assertEquals(Refusal.TOO_MANY_FROM_SOURCE, refusal(limits, STRANGER));
    }

    @Test
    void shouldExemptThisHostFromTheCapsPerSourceOnly() throws Exception {
        SessionLimits limits = limits(3, 1, 1);
        limits.take(OWN);
        limits.take(OWN);
        limits.take(InetAddress.getLoopbackAddress());
        assertEquals(Refusal.TOO_MANY_SESSIONS, refusal(limits, OWN));
    }

    @Test
    void shouldKeepNothingOfReleasedSessions() throws Exception {
        SessionLimits limits = limits(10, 5, 5);
        SessionLimits.Place first = limits.take(STRANGER);
        SessionLimits.Place second = limits.take(STRANGER);
        first.finish();
        first.release();
        first.release();
        second.release();
        assertEquals(0, limits.sessions());
        assertEquals(0, limits.sources());
    }

    @Test
    void shouldTakeAnIpv6NetworkForOneSource() throws Exception {
        SessionLimits limits = limits(10, 1, 1);
        limits.take(address("2001:db8:1:2::1"));
        assertEquals(Refusal.TOO_MANY_FROM_SOURCE, refusal(limits, address("2001:db8:1:2:ffff::9")));
        limits.take(address("2001:db8:1:3::1"));
        assertEquals(1, limits.refusedPerSource());
    }

    private static Refusal refusal(SessionLimits limits, InetAddress source) {
        return assertThrows(SessionRefusedException.class, () -> limits.take(source))
                .refusal();
    }

    private static SessionLimits limits(int all, int perSource, int unfinishedPerSource) {
        return new SessionLimits(
                new EngineConfig(
                        0,
                        1,
                        List.of(),
                        true,
                        null,
                        "auto",
                        "auto",
                        Duration.ofSeconds(10),
                        4 << 20,
                        128 << 10,
                        all,
                        perSource,
                        unfinishedPerSource),
                Set.of(OWN));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
