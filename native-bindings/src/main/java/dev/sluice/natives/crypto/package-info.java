/**
 * The three primitives SRTP is made of, AES-GCM, AES-CTR and HMAC-SHA1, in place on native memory and made for many
 * short messages under one key: over OpenSSL's libcrypto through Panama and over the JDK's crypto. Besides, the public-key
 * operations that a handshake spends its time on, over libcrypto only.
 *
 * <p>NIST SP 800-38A and 800-38D, RFC 2104, FIPS 186-5, RFC 7748. Imports: {@code dev.sluice.natives}, the JDK. Each primitive is used by
 * one thread and closed by it.
 */
package dev.sluice.natives.crypto;
