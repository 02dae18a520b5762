package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.net.LoopRig;
import dev.sluice.natives.srtp.SrtpProfile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopBenchmarkTest {

    @ParameterizedTest
    @CsvSource({"1,1", "3,16", "20,64"})
    void shouldForwardEveryPacketToEveryPlayer(int players, int burst) {
        LoopBenchmark benchmark = new LoopBenchmark();
        benchmark.provider = "jdk";
        benchmark.profile = SrtpProfile.AEAD_AES_128_GCM;
        benchmark.players = players;
        benchmark.burst = burst;
        benchmark.open();
        long before = benchmark.rig().forwarded();
        // Eight seconds of virtual time: more than one round of checks, reports and timers.
        int invocations = 30;
        for (int i = 0; i < invocations; i++) {
            benchmark.prepare();
            assertTrue(benchmark.forward() >= (long) players * LoopRig.BATCH);
        }
        assertEquals(
                (long) invocations * players * LoopRig.BATCH, benchmark.rig().forwarded() - before);
        benchmark.close();
    }
}
