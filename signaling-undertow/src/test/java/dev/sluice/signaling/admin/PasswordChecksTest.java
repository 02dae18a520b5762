package dev.sluice.signaling.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.sluice.signaling.TestClock;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.JoinTimes;
import dev.sluice.signaling.config.ConfigFile;
import dev.sluice.signaling.config.ServerConfig;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordChecksTest {
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    private boolean check() throws InterruptedException {
        assertFalse(Thread.currentThread().isVirtual());
        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        open.await();
        atOnce.decrementAndGet();
        return true;
    }

    @Test
    void shouldComputeOneAtATimeAndRefuseWhoFindsTheQueueFull() throws Exception {
        PasswordChecks checks = new PasswordChecks(1);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> others = new ArrayList<>();
            for (int i = 0; i <= PasswordChecks.MAX_WAITING; i++) {
                others.add(callers.submit(() -> checks.run(this::check)));
            }
            while (checks.waiting() < PasswordChecks.MAX_WAITING) {
                Thread.onSpinWait();
            }
            assertNull(checks.run(this::check));
            assertEquals(1, checks.refused());
            open.countDown();
            for (Future<Boolean> other : others) {
                assertEquals(true, other.get());
            }
            assertEquals(1, most.get());
            assertEquals(true, checks.run(() -> true));
        }
    }

    @Test
    void shouldAskWhoLogsInToComeAgainWhenTheQueueIsFull(@TempDir Path folder) throws Exception {
        PasswordChecks checks = new PasswordChecks(1);
        ServerConfig config = ConfigFile.read(Files.writeString(
                folder.resolve("sluice.conf"),
                "admin { user = root, password_hash = \"" + PasswordHash.of("sesame") + "\" }"));
        AdminAccess access = new AdminAccess(() -> config, new AuditLog(() -> 0), new TestClock(), checks);
        String basic = Base64.getEncoder().encodeToString("root:sesame".getBytes(StandardCharsets.UTF_8));
        Caller caller = new Caller(
                InetAddress.getByName("192.0.2.1"),
                "http",
                "sluice",
                null,
                "",
                "",
                Map.of(),
                null,
                "Basic " + basic,
                "",
                false,
                "",
                new JoinTimes());
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i <= PasswordChecks.MAX_WAITING; i++) {
                callers.execute(() -> checks.run(this::check));
            }
            while (checks.waiting() < PasswordChecks.MAX_WAITING) {
                Thread.onSpinWait();
            }
            assertEquals("slowed", access.check(caller).code());
            assertEquals(1, access.refusedForHashes());
            open.countDown();
        }
        assertNull(access.check(caller));
    }
}
