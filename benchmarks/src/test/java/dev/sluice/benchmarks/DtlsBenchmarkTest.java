package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DtlsBenchmarkTest {

    @Test
    void shouldAgreeOnTheFirstChoiceOfProfile() throws IOException {
        DtlsBenchmark benchmark = new DtlsBenchmark();
        benchmark.open();
        assertEquals(SrtpProfile.values()[0], benchmark.handshake());
        benchmark.close();
    }
}
