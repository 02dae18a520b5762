package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NativeCallBenchmarkTest {
    private final NativeCallBenchmark benchmark = new NativeCallBenchmark();

    @Test
    void shouldReachTheSameFunctionByEveryWay() throws Throwable {
        assertEquals(42, benchmark.jnaInterface());
        assertEquals(42, benchmark.jnaDirect());
        assertEquals(42, benchmark.panamaCall());
        assertEquals(42, benchmark.panamaCriticalCall());
        assertEquals(42, benchmark.plainJava());
    }
}
