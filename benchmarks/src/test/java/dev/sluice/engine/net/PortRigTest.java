package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortRigTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 16})
    void shouldBringThePlayersEveryDatagram(int run) throws Exception {
        for (String io : new String[] {"nio", IoChoice.of("auto").option()}) {
            try (PortRig rig = new PortRig(io, run)) {
                assertEquals(PortRig.BATCH, rig.send());
                assertEquals(PortRig.BATCH, rig.drain());
                assertEquals(2 * PortRig.BATCH, rig.send());
                assertEquals(PortRig.BATCH, rig.drain());
            }
        }
    }
}
