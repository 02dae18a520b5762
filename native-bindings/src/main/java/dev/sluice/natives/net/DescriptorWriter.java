package dev.sluice.natives.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.PanamaLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Linux's {@code write} of one byte, without the locks that the JDK's channels and selectors hold around it. Safe for many threads. */
public final class DescriptorWriter {
    private static final MemorySegment BYTE = Arena.global().allocate(1);
    /** Null where there is none. */
    private static final MethodHandle WRITE = load();

    private DescriptorWriter() {}

    private static MethodHandle load() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        try {
            return PanamaLibrary.standard()
                    .function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
        } catch (LibraryUnavailableException e) {
            return null;
        }
    }

    public static boolean isAvailable() {
        return WRITE != null;
    }

    /**
     * Writes a byte of 0.
     *
     * @param descriptor open, and best one that does not block
     * @return false when the system did not take it
     */
    public static boolean writeByte(int descriptor) {
        try {
            return (long) WRITE.invokeExact(descriptor, BYTE.address(), 1L) == 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
