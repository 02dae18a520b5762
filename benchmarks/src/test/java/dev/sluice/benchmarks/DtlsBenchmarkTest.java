package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.engine.dtls.MemoryHandshake.Crypto;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DtlsBenchmarkTest {

    @ParameterizedTest
    @EnumSource
    void shouldAgreeOnTheFirstChoiceOfProfile(Crypto crypto) throws IOException {
        DtlsBenchmark benchmark = new DtlsBenchmark();
        benchmark.crypto = crypto;
        benchmark.open();
        assertEquals(SrtpProfile.values()[0], benchmark.handshake());
        benchmark.close();
    }
}
