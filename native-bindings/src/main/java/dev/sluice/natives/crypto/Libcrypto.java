package dev.sluice.natives.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.PanamaLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * The calls into OpenSSL's libcrypto, version 3 or newer. Immutable.
 *
 * <p>The handles sit in a record: the compiler trusts a record's fields as it trusts static finals, and so inlines
 * calls through {@link OpensslBackend#LIB}.
 */
record Libcrypto(
        PanamaLibrary library,
        String version,
        MethodHandle cipherContextNew,
        MethodHandle cipherContextFree,
        MethodHandle cipherSetUp,
        MethodHandle cipherInit,
        MethodHandle cipherUpdate,
        MethodHandle cipherFinal,
        MethodHandle cipherControl,
        MethodHandle cipherGetParams,
        MethodHandle sha1Init,
        MethodHandle sha1Update,
        MethodHandle sha1Final,
        MethodHandle sha1Transform,
        MethodHandle aes128Gcm,
        MethodHandle aes256Gcm,
        MethodHandle aes128Ctr,
        MethodHandle aes256Ctr) {

    private static final FunctionDescriptor GETTER = FunctionDescriptor.of(JAVA_LONG);
    /** Without it OpenSSL frees its tables in exit() while Java threads may still be inside (openssl 3, atexit). */
    private static final long OPENSSL_INIT_NO_ATEXIT = 0x0008_0000;

    /** @param fileName soname or path */
    static Libcrypto load(String fileName) throws LibraryUnavailableException {
        PanamaLibrary library = PanamaLibrary.open(fileName);
        MethodHandle init =
                library.function("OPENSSL_init_crypto", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
        MethodHandle number = library.function("OpenSSL_version_num", GETTER);
        MethodHandle text = library.function("OpenSSL_version", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));
        String version;
        try {
            if ((int) init.invokeExact(OPENSSL_INIT_NO_ATEXIT, 0L) != 1) {
                throw new LibraryUnavailableException(fileName + " refuses to start");
            }
            if ((long) number.invokeExact() >>> 28 < 3) {
                throw new LibraryUnavailableException(fileName + " is older than OpenSSL 3");
            }
            // "OpenSSL 3.0.19 27 Jan 2026": without the date.
            version = PanamaLibrary.string((long) text.invokeExact(0)).replaceFirst("^(\\S+ \\S+) .*", "$1");
        } catch (LibraryUnavailableException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        FunctionDescriptor cipherInit =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
        FunctionDescriptor cipherUpdate =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
        return new Libcrypto(
                library,
                version,
                library.function("EVP_CIPHER_CTX_new", GETTER),
                library.function("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG)),
                library.function("EVP_CipherInit_ex2", cipherInit),
                library.critical("EVP_CipherInit_ex2", cipherInit),
                library.critical("EVP_CipherUpdate", cipherUpdate),
                library.critical(
                        "EVP_CipherFinal_ex", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                library.critical(
                        "EVP_CIPHER_CTX_ctrl",
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG)),
                library.critical("EVP_CIPHER_CTX_get_params", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG)),
                library.critical("SHA1_Init", FunctionDescriptor.of(JAVA_INT, JAVA_LONG)),
                library.critical("SHA1_Update", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                library.critical("SHA1_Final", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG)),
                library.critical("SHA1_Transform", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG)),
                library.function("EVP_aes_128_gcm", GETTER),
                library.function("EVP_aes_256_gcm", GETTER),
                library.function("EVP_aes_128_ctr", GETTER),
                library.function("EVP_aes_256_ctr", GETTER));
    }
}
