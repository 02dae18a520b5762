package dev.sluice.natives.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.natives.LibraryUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LibcryptoTest {

    @Test
    void shouldSayItDoesNotLoadWhenThereIsNoLibrary() {
        assertEquals("libnothing.so.9 does not load", failure("libnothing.so.9"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSayWhatIsMissingWhenItIsAnotherLibrary() {
        assertEquals("libc.so.6 has no OPENSSL_init_crypto", failure("libc.so.6"));
    }

    @Test
    void shouldNameLibraryAndVersion() {
        String description = Backends.OPENSSL.get().description();
        assertTrue(description.matches("OpenSSL [3-9]\\.\\S+"), description);
    }

    private static String failure(String fileName) {
        return assertThrows(LibraryUnavailableException.class, () -> Libcrypto.load(fileName))
                .getMessage();
    }
}
