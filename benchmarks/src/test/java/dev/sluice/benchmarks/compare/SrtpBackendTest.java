package dev.sluice.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SrtpBackendTest {
    @TempDir
    private Path folder;

    private SrtpBackend withSrtp(String needs) throws IOException {
        Path library = folder.resolve("libsrtp2.so.1");
        Files.writeString(library, "\0ELF " + needs + "\0");
        return SrtpBackend.ofLibraries(Set.of(library.toString(), "/lib/libcrypto.so.3", "/lib/libnss3.so"));
    }

    @Test
    void shouldTellNssFromOpensslByWhatLibsrtpItselfNeeds() throws IOException {
        assertTrue(withSrtp("libnss3.so").onNss());
        assertEquals("libsrtp on NSS", withSrtp("libnss3.so").name());
        assertFalse(withSrtp("libcrypto.so.3").onNss());
        assertEquals("libsrtp on OpenSSL", withSrtp("libcrypto.so.3").name());
        assertEquals("libsrtp on its own ciphers", withSrtp("libc.so.6").name());
    }

    @Test
    void shouldNameLibcryptoWhenThereIsNoLibsrtp() throws IOException {
        assertEquals(
                "OpenSSL's libcrypto.so.3",
                SrtpBackend.ofLibraries(Set.of("/lib/libcrypto.so.3")).name());
        assertEquals(
                "built in", SrtpBackend.ofLibraries(Set.of("/lib/libc.so.6")).name());
    }
}
