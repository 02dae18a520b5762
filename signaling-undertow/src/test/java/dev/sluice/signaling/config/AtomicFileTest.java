package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void shouldNotSayThatNothingHasChangedWhenOnlyTheFolderCannotBeFlushed() throws Exception {
        Path file = Files.writeString(folder.resolve("x"), "old");
        AtomicFile.write(file, "new", flushed -> {
            assertEquals(folder.toRealPath(), flushed);
            throw new IOException("Input/output error");
        });
        assertEquals("new", Files.readString(file));
    }

    @Test
    void shouldLeaveTheOldOneWhenTheNewOneCannotTakeItsPlace() throws Exception {
        Path file = Files.createDirectory(folder.resolve("x"));
        Files.writeString(file.resolve("inside"), "old");
        assertThrows(IOException.class, () -> AtomicFile.write(file, "new"));
        assertEquals("old", Files.readString(file.resolve("inside")));
        assertArrayEquals(new String[] {"x"}, folder.toFile().list(), "nothing is left beside it");
    }
}
