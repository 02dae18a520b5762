/**
 * SRTP and SRTCP (RFC 3711, RFC 7714) behind one seam, {@link dev.sluice.natives.srtp.SrtpProvider}, with four makers:
 * native libsrtp2 through JNA and through Panama, an own transform over OpenSSL's libcrypto through Panama, and an own
 * transform over the JDK's crypto, which needs no native library.
 *
 * <p>Imports: {@code dev.sluice.natives.crypto}, JNA, the JDK. A leaf: knows nothing of the engine.
 *
 * <p>Assumes: each {@link dev.sluice.natives.srtp.SrtpContext} is used by one thread.
 */
package dev.sluice.natives.srtp;
