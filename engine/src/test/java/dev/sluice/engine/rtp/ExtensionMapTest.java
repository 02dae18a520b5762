package dev.sluice.engine.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ExtensionMapTest {
    @Test
    void shouldMapBothWays() {
        ExtensionMap map = new ExtensionMap(type -> switch (type) {
            case MID -> 4;
            case TRANSPORT_CC -> 255;
            default -> 0;
        });
        assertEquals(4, map.id(ExtensionType.MID));
        assertEquals(255, map.id(ExtensionType.TRANSPORT_CC));
        assertEquals(0, map.id(ExtensionType.AUDIO_LEVEL));
        assertEquals(ExtensionType.MID, map.type(4));
        assertEquals(ExtensionType.TRANSPORT_CC, map.type(255));
        assertNull(map.type(0));
        assertNull(map.type(1));
        assertEquals(0, map.idOfOrdinal(200));
        assertEquals(0, map.idOfOrdinal(-1));
    }

    @Test
    void shouldGiveAnIdToOneTypeOnly() {
        ExtensionMap map = new ExtensionMap(type -> 7);
        assertEquals(7, map.id(ExtensionType.MID));
        assertEquals(0, map.id(ExtensionType.ABS_SEND_TIME));
        assertEquals(ExtensionType.MID, map.type(7));
    }

    @Test
    void shouldRefuseIdsThatNoPacketCanCarry() {
        assertThrows(IllegalArgumentException.class, () -> new ExtensionMap(type -> 256));
        assertThrows(IllegalArgumentException.class, () -> new ExtensionMap(type -> -1));
    }
}
