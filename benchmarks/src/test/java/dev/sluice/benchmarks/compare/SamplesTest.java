package dev.sluice.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class SamplesTest {
    private static Measured run(double cpuUs, long lost, boolean saturated) throws JsonProcessingException {
        return new Measured(new ObjectMapper().readTree(FakeServers.result(cpuUs, lost, saturated)));
    }

    @Test
    void shouldGiveTheMedianOfRunsThatCount() throws JsonProcessingException {
        Samples samples = new Samples();
        samples.add(run(3, 0, false));
        samples.add(run(1, 0, false));
        samples.add(run(2, 0, false));
        assertEquals(2, samples.median(Measured::cpuUs));
        samples.add(run(4, 0, false));
        assertEquals(2.5, samples.median(Measured::cpuUs));
        assertEquals("", samples.remark());
    }

    @Test
    void shouldLeaveOutARunThatLostPackets() throws JsonProcessingException {
        Samples samples = new Samples();
        samples.add(run(1, 0, false));
        samples.add(run(9, 7, false));
        samples.add(run(3, 0, false));
        assertTrue(samples.stands());
        assertEquals(2, samples.median(Measured::cpuUs));
        assertEquals("2 of 3 runs count: 7 of 5,000 packets lost", samples.remark());
    }

    @Test
    void shouldNotStandWhenMostRunsDoNotCount() throws JsonProcessingException {
        Samples samples = new Samples();
        samples.add(run(1, 0, true));
        samples.fail("it fell over");
        samples.add(run(1, 0, false));
        assertFalse(samples.stands());
        assertTrue(Double.isNaN(samples.median(Measured::cpuUs)));
        assertEquals("refused: the load was saturated: its sockets", samples.remark());
    }

    @Test
    void shouldNotStandWhenNothingWasMeasured() {
        assertFalse(new Samples().stands());
    }
}
