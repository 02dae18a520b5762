package dev.sluice.natives.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AesGcmTest {
    private static final byte[] KEY_128 = Backends.bytes("feffe9928665731c6d6a8f9467308308");
    private static final byte[] KEY_256 =
            Backends.bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    private static final int IV_HIGH = 0xcafebabe;
    private static final long IV_LOW = 0xfacedbaddecaf888L;
    private static final byte[] CLEAR = Backends.bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    private static final byte[] PLAIN =
            Backends.bytes("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    private static final int TAG = AesGcm.TAG_LENGTH_BYTES;

    /** Test cases 4 and 16 of the GCM specification (McGrew and Viega). */
    @ParameterizedTest
    @EnumSource
    void shouldGiveTheBytesOfTheSpecification(Backends backend) {
        assertEquals(
                "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                        + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                        + "5bc94fbc3221a5db94fae95ae7121a47",
                sealed(backend, KEY_128));
        assertEquals(
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                        + "76fc6ece0f4e1768cddf8853bb2d551b",
                sealed(backend, KEY_256));
    }

    private static String sealed(Backends backend, byte[] key) {
        try (Arena arena = Arena.ofConfined();
                AesGcm seal = backend.get().aesGcm(key, true);
                AesGcm open = backend.get().aesGcm(key, false)) {
            MemorySegment clear = Backends.segment(arena, CLEAR);
            MemorySegment data = arena.allocate(PLAIN.length + TAG);
            MemorySegment plain = Backends.segment(arena, PLAIN);
            data.copyFrom(plain);
            assertTrue(seal.start(IV_HIGH, IV_LOW));
            assertTrue(seal.authenticate(clear, 0, 5));
            assertTrue(seal.authenticate(clear, 5, CLEAR.length - 5));
            assertTrue(seal.seal(data, 0, PLAIN.length));
            String sealed = Backends.hex(data, 0, data.byteSize());

            assertTrue(open.start(IV_HIGH, IV_LOW));
            assertTrue(open.authenticate(clear, 0, CLEAR.length));
            assertTrue(open.open(data, 0, PLAIN.length));
            assertEquals(-1, data.asSlice(0, PLAIN.length).mismatch(plain));
            return sealed;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldOpenAgainWhenTheTagBeforeWasWrong(Backends backend) {
        try (Arena arena = Arena.ofConfined();
                AesGcm seal = backend.get().aesGcm(KEY_128, true);
                AesGcm open = backend.get().aesGcm(KEY_128, false)) {
            MemorySegment sealed = Backends.segment(arena, new byte[PLAIN.length + TAG]);
            assertTrue(seal.start(1, 2) && seal.seal(sealed, 0, PLAIN.length));
            for (int flipped = 0; flipped < sealed.byteSize(); flipped++) {
                byte[] bytes = sealed.toArray(ValueLayout.JAVA_BYTE);
                bytes[flipped] ^= 1;
                assertTrue(open.start(1, 2));
                assertFalse(open.open(Backends.segment(arena, bytes), 0, PLAIN.length));
            }
            assertTrue(open.start(1, 2));
            assertTrue(open.open(sealed, 0, PLAIN.length));
            assertEquals("00".repeat(PLAIN.length), Backends.hex(sealed, 0, PLAIN.length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSealNothingButATag(Backends backend) {
        try (Arena arena = Arena.ofConfined();
                AesGcm seal = backend.get().aesGcm(new byte[16], true)) {
            MemorySegment tag = arena.allocate(TAG);
            assertTrue(seal.start(0, 0) && seal.seal(tag, 0, 0));
            assertEquals("58e2fccefa7e3061367f1d57a4e7455a", Backends.hex(tag, 0, TAG)); // case 1
        }
    }
}
