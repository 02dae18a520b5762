package dev.sluice.benchmarks.load.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryUseTest {
    private static final int MIB = 1 << 20;

    /** Another JVM: one that measures itself waits for its own answer within a safepoint, for ever. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            byte[] held = new byte[20 * MIB];
            System.out.write('.');
            System.out.flush();
            int end = System.in.read();
            System.out.write(held[0] + end);
        }
    }

    @Test
    void shouldTellAJvmsLiveHeapFromWhatIsBesides() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms64m",
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:+AlwaysPreTouch",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName())
                .start();
        try {
            assertEquals('.', jvm.getInputStream().read());
            MemoryUse use = MemoryUse.of(jvm.pid());
            assertTrue(use.liveHeapBytes() > 20 * MIB && use.liveHeapBytes() < 40 * MIB, use::toString);
            long resident = ProcessUse.of(List.of(jvm.pid())).rssBytes();
            assertTrue(use.otherBytes() > MIB, use::toString);
            assertTrue(
                    resident - use.otherBytes() >= 60L * MIB, "all of its heap is in RAM: " + use + " of " + resident);
        } finally {
            jvm.destroy();
            jvm.waitFor();
        }
    }

    @Test
    void shouldCountAllOfAProcessThatIsNoJvm() throws Exception {
        Process other = new ProcessBuilder("cat").start();
        try {
            MemoryUse use = MemoryUse.of(other.pid());
            assertEquals(0, use.liveHeapBytes());
            assertTrue(use.otherBytes() > 0 && use.otherBytes() < 100L * MIB, use::toString);
        } finally {
            other.getOutputStream().close();
            other.waitFor();
        }
    }
}
