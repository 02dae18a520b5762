package dev.sluice.natives;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A shared library opened through Panama, never unloaded. Immutable.
 *
 * <p>Addresses travel as {@code JAVA_LONG}: no {@link MemorySegment} is made for a call. So the handles are for 64-bit
 * systems, and bounds are the caller's to check. Keep the handles in static final fields (or records in such fields):
 * only then does the compiler inline the call.
 */
public final class PanamaLibrary {
    private final String fileName;
    private final SymbolLookup symbols;

    private PanamaLibrary(String fileName, SymbolLookup symbols) {
        this.fileName = fileName;
        this.symbols = symbols;
    }

    /** @param fileName as the dynamic linker takes it: a soname such as {@code libcrypto.so.3}, or a path */
    public static PanamaLibrary open(String fileName) throws LibraryUnavailableException {
        if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            throw new LibraryUnavailableException("native calls need a 64-bit system");
        }
        try {
            return new PanamaLibrary(fileName, SymbolLookup.libraryLookup(fileName, Arena.global()));
        } catch (IllegalArgumentException e) {
            throw new LibraryUnavailableException(fileName + " does not load");
        } catch (IllegalCallerException e) {
            throw new LibraryUnavailableException("native access is denied to this JVM");
        }
    }

    /** The C library that the JVM itself runs on, whatever its file is called. */
    public static PanamaLibrary standard() throws LibraryUnavailableException {
        if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            throw new LibraryUnavailableException("native calls need a 64-bit system");
        }
        try {
            return new PanamaLibrary("the C library", Linker.nativeLinker().defaultLookup());
        } catch (UnsupportedOperationException e) {
            throw new LibraryUnavailableException("this JVM has no native linker");
        }
    }

    public String fileName() {
        return fileName;
    }

    /** Whether the library or one of those it depends on exports {@code symbol}. */
    public boolean has(String symbol) {
        return symbols.find(symbol).isPresent();
    }

    /** A handle for a call that may block or take long. */
    public MethodHandle function(String symbol, FunctionDescriptor type) throws LibraryUnavailableException {
        return link(symbol, type);
    }

    /**
     * A handle for a system call's wrapper: its first argument is a segment of {@link Linker.Option#captureStateLayout} that
     * takes {@code errno}, read before the JVM can change it.
     */
    public MethodHandle withErrno(String symbol, FunctionDescriptor type) throws LibraryUnavailableException {
        return link(symbol, type, Linker.Option.captureCallState("errno"));
    }

    /** A handle for a short call that never blocks: the thread does not leave the Java state, which saves 10–30 ns. */
    public MethodHandle critical(String symbol, FunctionDescriptor type) throws LibraryUnavailableException {
        return link(symbol, type, Linker.Option.critical(false));
    }

    private MethodHandle link(String symbol, FunctionDescriptor type, Linker.Option... options)
            throws LibraryUnavailableException {
        MemorySegment address =
                symbols.find(symbol).orElseThrow(() -> new LibraryUnavailableException(fileName + " has no " + symbol));
        try {
            return Linker.nativeLinker().downcallHandle(address, type, options);
        } catch (UnsupportedOperationException e) {
            throw new LibraryUnavailableException("this JVM has no native linker");
        } catch (IllegalCallerException e) {
            throw new LibraryUnavailableException("native access is denied to this JVM");
        }
    }

    /** The C string at {@code address}; "" for a null pointer. */
    public static String string(long address) {
        if (address == 0) {
            return "";
        }
        return MemorySegment.ofAddress(address).reinterpret(256).getString(0);
    }
}
