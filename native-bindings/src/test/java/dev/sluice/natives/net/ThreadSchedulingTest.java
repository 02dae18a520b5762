package dev.sluice.natives.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Each on a thread of its own; but the compilers, which nothing else is said of, stay where they were put. */
@EnabledOnOs(OS.LINUX)
class ThreadSchedulingTest {

    @Test
    void shouldTakeAShortSliceAndKeepItsNiceValue() throws Exception {
        int before = onNewThread(ThreadSchedulingTest::nice);
        assertEquals(before, onNewThread(() -> {
            assertTrue(ThreadScheduling.preferLatency());
            assertTrue(ThreadScheduling.preferLatency());
            return nice();
        }));
    }

    @Test
    void shouldStandBackOnceAndMoveNoOtherThread() throws Exception {
        int before = onNewThread(ThreadSchedulingTest::nice);
        assertEquals(Math.min(19, before + 5), onNewThread(() -> {
            assertTrue(ThreadScheduling.standBack());
            assertTrue(ThreadScheduling.standBack());
            return nice();
        }));
        assertEquals(before, onNewThread(ThreadSchedulingTest::nice));
    }

    @Test
    void shouldKeepAThreadBackWhenItPrefersLatencyToo() throws Exception {
        int before = onNewThread(ThreadSchedulingTest::nice);
        assertEquals(Math.min(19, before + 5), onNewThread(() -> {
            assertTrue(ThreadScheduling.standBack());
            assertTrue(ThreadScheduling.preferLatency());
            return nice();
        }));
    }

    @Test
    void shouldPutTheCompilersThreadsBehindTheProcess() throws IOException {
        assertTrue(ThreadScheduling.standCompilersBack());
        int wanted = Math.min(19, niceOf(Path.of("/proc/self")) + 5);
        int compilers = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                try {
                    if (Files.readString(thread.resolve("comm")).startsWith("C2 Compiler")) {
                        assertEquals(wanted, niceOf(thread));
                        compilers++;
                    }
                } catch (IOException e) {
                    // The thread has ended: a compiler's does when it has nothing to do.
                }
            }
        }
        assertTrue(compilers > 0);
    }

    private static <T> T onNewThread(Callable<T> work) throws InterruptedException, ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().start(task);
        return task.get();
    }

    private static int nice() throws IOException {
        return niceOf(Path.of("/proc/thread-self"));
    }

    /** proc(5): the 17th value behind the name, which may hold blanks. */
    private static int niceOf(Path thread) throws IOException {
        String stat = Files.readString(thread.resolve("stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    }
}
