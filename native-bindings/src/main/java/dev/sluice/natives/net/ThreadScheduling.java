package dev.sluice.natives.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.PanamaLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a thread stands in Linux's scheduler beside the others that want its core. What it does any user may do.
 * Elsewhere, and where the system refuses, it does nothing and says false. Safe for many threads.
 *
 * <p>Of a loop that wakes each millisecond beside three threads that compute without end on one core, the 99th percentile of its
 * lateness was 30–40 ms; with the others at nice 5 16–17, with a short slice 9–15, with both 8–13 (7–10 were the machine's noise).
 *
 * <pre>
 *  struct sched_attr (sched_setattr(2)):
 *  0      4        8       16     20         24        32         40       48
 *  | size | policy | flags | nice | priority | runtime | deadline | period |
 * </pre>
 */
public final class ThreadScheduling {
    /** The least the kernel takes. */
    private static final long SLICE_NS = 100_000;

    private static final int STEPS_BACK = 5;
    private static final int MAX_NICE = 19;

    private static final int ATTRIBUTES_BYTES = 48;
    private static final int POLICY_OFFSET = 4;
    private static final int RUNTIME_OFFSET = 24;
    private static final int SCHED_OTHER = 0;
    private static final int PRIO_PROCESS = 0;
    /** The calling thread. */
    private static final int SELF = 0;

    /** Null where there is none. */
    private static final Handles HANDLES = load();

    private record Handles(
            MethodHandle system,
            MethodHandle getPriority,
            MethodHandle setPriority,
            long setAttributes,
            long getAttributes) {}

    private ThreadScheduling() {}

    private static Handles load() {
        long setAttributes =
                switch (System.getProperty("os.arch")) {
                    case "amd64" -> 314;
                    case "aarch64" -> 274;
                    default -> 0;
                };
        if (!System.getProperty("os.name").equals("Linux")
                || setAttributes == 0
                || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return null;
        }
        try {
            PanamaLibrary library = PanamaLibrary.standard();
            return new Handles(
                    library.function(
                            "syscall",
                            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                    library.function("getpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT)),
                    library.function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)),
                    setAttributes,
                    setAttributes + 1);
        } catch (LibraryUnavailableException e) {
            return null;
        }
    }

    /**
     * Lets the calling platform thread run soon after it wakes, for less time at once. Its share of the core stays the same.
     * Kernels before 6.12 take it and do nothing with it.
     */
    public static boolean preferLatency() {
        if (HANDLES == null) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
            long bytes = attributes.byteSize();
            // What is not to change is set as it was.
            if ((long) HANDLES.system.invokeExact(HANDLES.getAttributes, (long) SELF, attributes.address(), bytes, 0L)
                            != 0
                    || attributes.get(JAVA_INT, POLICY_OFFSET) != SCHED_OTHER) {
                return false;
            }
            attributes.set(JAVA_LONG, RUNTIME_OFFSET, SLICE_NS);
            return (long) HANDLES.system.invokeExact(HANDLES.setAttributes, (long) SELF, attributes.address(), 0L, 0L)
                    == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Puts the calling thread, a virtual one's carrier, behind the process's others: when all want the core it gets a third
     * of what each of them does. Cheap enough for each piece of work, and nothing when done already.
     */
    public static boolean standBack() {
        if (HANDLES == null) {
            return false;
        }
        return standBack(SELF);
    }

    /**
     * Puts the JIT compiler's threads as far back. While 500 players joined on one core they came in 0.7 s earlier than without,
     * in each of three pairs of runs; the 99th percentile of what those who watched had to wait was 5–8 ms, without 5–14.
     *
     * @return whether any was found and moved
     */
    public static boolean standCompilersBack() {
        if (HANDLES == null) {
            return false;
        }
        boolean moved = false;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                // Compilers that come later are children of these.
                if (isCompiler(thread)) {
                    moved |= standBack(Integer.parseInt(thread.getFileName().toString()));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // No /proc: then they stay where they are.
        }
        return moved;
    }

    private static boolean isCompiler(Path thread) {
        try {
            // As far as Linux keeps a name: "C1 CompilerThre", "C2 CompilerThre".
            return Files.readString(thread.resolve("comm")).contains(" CompilerThre");
        } catch (IOException e) {
            // It ended meanwhile.
            return false;
        }
    }

    private static boolean standBack(int thread) {
        try {
            int own = (int) HANDLES.getPriority.invokeExact(PRIO_PROCESS, thread);
            int wanted = Math.min(MAX_NICE, Process.NICE + STEPS_BACK);
            return own >= wanted || (int) HANDLES.setPriority.invokeExact(PRIO_PROCESS, thread, wanted) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** How the process was started: its first thread's value. */
    private static final class Process {
        static final int NICE;

        static {
            try {
                int id = (int) ProcessHandle.current().pid();
                NICE = (int) HANDLES.getPriority.invokeExact(PRIO_PROCESS, id);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }

        private Process() {}
    }
}
