package dev.sluice.natives.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.PanamaLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * The public-key calls of OpenSSL's libcrypto, version 3 or newer. None is {@code critical}: they take 10 to 70 µs each,
 * for which the collector must not have to wait. Immutable.
 */
record LibcryptoKeys(
        MethodHandle keyNew,
        MethodHandle keyFree,
        MethodHandle keyCopyParameters,
        MethodHandle keySetEncodedPublic,
        MethodHandle keyOctets,
        MethodHandle rawPublicKey,
        MethodHandle privateKeyFromDer,
        MethodHandle contextOfId,
        MethodHandle contextOfKey,
        MethodHandle contextFree,
        MethodHandle keygenInit,
        MethodHandle keygenCurve,
        MethodHandle keygen,
        MethodHandle deriveInit,
        MethodHandle deriveSetPeer,
        MethodHandle derive,
        MethodHandle signInit,
        MethodHandle sign,
        MethodHandle verifyInit,
        MethodHandle verify,
        MethodHandle errorLast,
        MethodHandle errorText,
        MethodHandle errorClear) {

    static LibcryptoKeys load(PanamaLibrary library) throws LibraryUnavailableException {
        FunctionDescriptor ofContext = ints(JAVA_LONG);
        FunctionDescriptor ofTwoBuffers = ints(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        return new LibcryptoKeys(
                library.function("EVP_PKEY_new", longs()),
                library.function("EVP_PKEY_free", FunctionDescriptor.ofVoid(JAVA_LONG)),
                library.function("EVP_PKEY_copy_parameters", ints(JAVA_LONG, JAVA_LONG)),
                library.function("EVP_PKEY_set1_encoded_public_key", ints(JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                library.function("EVP_PKEY_get_octet_string_param", ofTwoBuffers),
                library.function("EVP_PKEY_new_raw_public_key", longs(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                library.function("d2i_AutoPrivateKey", longs(JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                library.function("EVP_PKEY_CTX_new_id", longs(JAVA_INT, JAVA_LONG)),
                library.function("EVP_PKEY_CTX_new", longs(JAVA_LONG, JAVA_LONG)),
                library.function("EVP_PKEY_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG)),
                library.function("EVP_PKEY_keygen_init", ofContext),
                library.function("EVP_PKEY_CTX_set_ec_paramgen_curve_nid", ints(JAVA_LONG, JAVA_INT)),
                library.function("EVP_PKEY_keygen", ints(JAVA_LONG, JAVA_LONG)),
                library.function("EVP_PKEY_derive_init", ofContext),
                library.function("EVP_PKEY_derive_set_peer_ex", ints(JAVA_LONG, JAVA_LONG, JAVA_INT)),
                library.function("EVP_PKEY_derive", ints(JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                library.function("EVP_PKEY_sign_init", ofContext),
                library.function("EVP_PKEY_sign", ofTwoBuffers),
                library.function("EVP_PKEY_verify_init", ofContext),
                library.function("EVP_PKEY_verify", ofTwoBuffers),
                library.function("ERR_peek_last_error", longs()),
                library.function("ERR_error_string_n", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                library.function("ERR_clear_error", FunctionDescriptor.ofVoid()));
    }

    private static FunctionDescriptor ints(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }

    private static FunctionDescriptor longs(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_LONG, arguments);
    }
}
