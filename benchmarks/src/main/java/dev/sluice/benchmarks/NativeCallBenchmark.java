package dev.sluice.benchmarks;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call from Java into C costs by itself: the C library's {@code abs}, one instruction, by each of the ways Sluice
 * could bind a library. Safe for many threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class NativeCallBenchmark {
    private static final MethodHandle PANAMA = panama();
    private static final MethodHandle PANAMA_CRITICAL = panama(Linker.Option.critical(false));
    private static final LibC JNA_INTERFACE = Native.load("c", LibC.class);

    private int value = -42;

    /** JNA's interface mapping: a dynamic proxy. */
    public interface LibC extends Library {
        int abs(int value);
    }

    /** JNA's direct mapping: a native method of our own. */
    public static final class DirectLibC {
        static {
            Native.register(DirectLibC.class, NativeLibrary.getInstance("c"));
        }

        private DirectLibC() {}

        static native int abs(int value);
    }

    private static MethodHandle panama(Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("abs").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                options);
    }

    @Benchmark
    public int jnaInterface() {
        return JNA_INTERFACE.abs(value);
    }

    @Benchmark
    public int jnaDirect() {
        return DirectLibC.abs(value);
    }

    @Benchmark
    public int panamaCall() throws Throwable {
        return (int) PANAMA.invokeExact(value);
    }

    @Benchmark
    public int panamaCriticalCall() throws Throwable {
        return (int) PANAMA_CRITICAL.invokeExact(value);
    }

    /** What the measuring itself costs. */
    @Benchmark
    public int plainJava() {
        return Math.abs(value);
    }
}
