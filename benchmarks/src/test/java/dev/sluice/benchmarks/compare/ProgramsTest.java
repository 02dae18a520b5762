package dev.sluice.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProgramsTest {
    @Test
    void shouldCountTasksetsCores() {
        assertEquals(1, Programs.cores("0"));
        assertEquals(2, Programs.cores("0,1"));
        assertEquals(5, Programs.cores("0-3,7"));
    }

    @Test
    void shouldFindProgramsByNameAndByPath() {
        assertTrue(Programs.isHere("sh"));
        assertTrue(Programs.isHere("/bin/sh"));
        assertFalse(Programs.isHere("no-such-program"));
        assertFalse(Programs.isHere("/no/such/program"));
    }
}
