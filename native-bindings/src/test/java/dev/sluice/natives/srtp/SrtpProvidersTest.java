package dev.sluice.natives.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.crypto.AesCtr;
import dev.sluice.natives.crypto.AesGcm;
import dev.sluice.natives.crypto.CryptoBackend;
import dev.sluice.natives.crypto.HmacSha1;
import dev.sluice.natives.crypto.JdkBackend;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SrtpProvidersTest {
    private static final Candidate MISSING = new Candidate("openssl-ffm", "libssl3", () -> {
        throw new LibraryUnavailableException("libcrypto.so.3 does not load");
    });
    private static final Candidate JDK = new Candidate("jdk", null, () -> new OwnSrtpProvider("jdk", new JdkBackend()));

    @Test
    void shouldNameTheOptions() {
        assertEquals(List.of("auto", "openssl-ffm", "libsrtp-ffm", "libsrtp-jna", "jdk"), SrtpProviders.optionNames());
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.natives.srtp.TestProviders#options")
    void shouldTakeTheProviderThatIsForced(String option) throws SrtpUnavailableException {
        SrtpProvider provider = TestProviders.provider(option);
        SrtpChoice choice = SrtpProviders.choose(option);
        assertSame(provider, choice.provider());
        assertEquals(option, provider.optionName());
        assertEquals(provider.description() + ", as configured", choice.reason());
    }

    @Test
    void shouldTakeLibcryptoFirst() throws SrtpUnavailableException {
        SrtpProvider openssl = TestProviders.provider("openssl-ffm");
        SrtpChoice choice = SrtpProviders.choose(SrtpProviders.AUTO);
        assertSame(openssl, choice.provider());
        assertEquals(openssl.description() + ", the fastest that works here", choice.reason());
    }

    @Test
    void shouldFallBackToTheJdkAndSayWhy() throws SrtpUnavailableException {
        SrtpChoice choice = SrtpProviders.choose(List.of(MISSING, JDK), SrtpProviders.AUTO);
        assertEquals("jdk", choice.provider().optionName());
        assertTrue(choice.reason().endsWith(" (openssl-ffm: libcrypto.so.3 does not load)"), choice.reason());
    }

    @Test
    void shouldTakeLibsrtpOnNssOnlyWhenNothingElseWorks() throws SrtpUnavailableException {
        LibsrtpProvider nss = (LibsrtpProvider) TestProviders.provider("libsrtp-ffm");
        assumeTrue(nss.description().endsWith(" on NSS"));
        Candidate libsrtp = new Candidate("libsrtp-ffm", "libsrtp2-1", () -> nss);
        SrtpChoice jdk = SrtpProviders.choose(List.of(MISSING, libsrtp, JDK), SrtpProviders.AUTO);
        assertEquals("jdk", jdk.provider().optionName());
        assertTrue(jdk.reason().endsWith("; libsrtp-ffm: " + nss.description() + " is slower)"), jdk.reason());
        assertSame(
                nss,
                SrtpProviders.choose(List.of(MISSING, libsrtp), SrtpProviders.AUTO)
                        .provider());
    }

    @Test
    void shouldSayWhatToInstallWhenTheForcedOneIsMissing() {
        SrtpUnavailableException refusal = assertThrows(
                SrtpUnavailableException.class, () -> SrtpProviders.choose(List.of(MISSING, JDK), "openssl-ffm"));
        assertEquals(
                "SRTP provider openssl-ffm cannot be used: libcrypto.so.3 does not load; apt install libssl3",
                refusal.getMessage());
    }

    @Test
    void shouldRefuseAnUnknownOption() {
        assertThrows(IllegalArgumentException.class, () -> SrtpProviders.choose("nss"));
    }

    @Test
    void shouldRefuseAProviderThatGivesWrongBytes() {
        Candidate wrong = new Candidate("wrong", null, () -> new OwnSrtpProvider("wrong", new WrongKeystream()));
        assertTrue(wrong.provider().isEmpty());
        assertEquals("a broken library gives wrong bytes", wrong.failure());
    }

    @Test
    void shouldTakeAnyFailureForAReason() {
        Candidate linkage = new Candidate("a", null, () -> {
            throw new NoClassDefFoundError("com/sun/jna/Native");
        });
        assertTrue(linkage.provider().isEmpty());
        assertEquals("java.lang.NoClassDefFoundError: com/sun/jna/Native", linkage.failure());
        Candidate runtime = new Candidate("b", null, () -> {
            throw new IllegalStateException("no\nway");
        });
        assertFalse(runtime.provider().isPresent());
        assertEquals("java.lang.IllegalStateException: no", runtime.failure());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSayWhatIsWrongWhenLibsrtpIsAnotherLibrary() {
        assertEquals("libnothing.so.9 does not load", ffmFailure("libnothing.so.9"));
        assertEquals("libc.so.6 has no srtp_get_version", ffmFailure("libc.so.6"));
        assertEquals("libnothing.so.9 does not load", jnaFailure("libnothing.so.9"));
        assertEquals("libc.so.6 is not libsrtp2", jnaFailure("libc.so.6"));
    }

    private static String ffmFailure(String fileName) {
        return assertThrows(LibraryUnavailableException.class, () -> LibsrtpFfm.Functions.load(fileName))
                .getMessage();
    }

    private static String jnaFailure(String fileName) {
        return assertThrows(LibraryUnavailableException.class, () -> LibsrtpJna.load(fileName))
                .getMessage();
    }

    /** A library that encrypts, but not right. */
    private static final class WrongKeystream implements CryptoBackend {
        private final CryptoBackend real = new JdkBackend();

        @Override
        public String description() {
            return "a broken library";
        }

        @Override
        public AesGcm aesGcm(byte[] key, boolean encrypt) {
            return real.aesGcm(key, encrypt);
        }

        @Override
        public AesCtr aesCtr(byte[] key) {
            byte[] other = key.clone();
            other[0] ^= 1;
            return real.aesCtr(other);
        }

        @Override
        public HmacSha1 hmacSha1(byte[] key) {
            return real.hmacSha1(key);
        }
    }
}
