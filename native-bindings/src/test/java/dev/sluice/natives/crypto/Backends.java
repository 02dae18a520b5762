package dev.sluice.natives.crypto;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.natives.LibraryUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/** Both backends for parameterized tests; one that is not installed skips its tests. */
enum Backends {
    OPENSSL,
    JDK;

    CryptoBackend get() {
        if (this == JDK) {
            return new JdkBackend();
        }
        try {
            return OpensslBackend.load();
        } catch (LibraryUnavailableException e) {
            return abort(e.getMessage());
        }
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static MemorySegment segment(Arena arena, byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    static String hex(MemorySegment segment, long offset, long lengthBytes) {
        return HexFormat.of().formatHex(segment.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
    }
}
