package dev.sluice.benchmarks.load.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessUseTest {

    @Test
    void shouldReadThisProcess() throws IOException {
        ProcessUse use = ProcessUse.of(List.of(ProcessHandle.current().pid()));
        assertTrue(use.totalNs() > 0);
        assertTrue(use.rssBytes() > 1 << 20);
        assertTrue(use.threadNs().size() > 1);
    }

    @Test
    void shouldGiveTheDifference() throws IOException {
        ProcessUse before = ProcessUse.of(List.of(ProcessHandle.current().pid()));
        ProcessUse difference =
                ProcessUse.of(List.of(ProcessHandle.current().pid())).since(before);
        assertTrue(difference.totalNs() >= 0);
    }

    @Test
    void shouldBeNothingWhenThereIsNoProcess() throws IOException {
        assertEquals(0, ProcessUse.of(List.of()).totalNs());
    }
}
