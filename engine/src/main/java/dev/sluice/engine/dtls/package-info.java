/**
 * DTLS 1.2 as server for SRTP keys: RFC 6347, RFC 5764 (use_srtp), RFC 5705 (exporter), RFC 7627 (extended master secret,
 * demanded), RFC 8122 (fingerprints), RFC 8422 (ECDHE_ECDSA), on Bouncy Castle.
 *
 * <p>{@code DtlsEndpoint} is the face: the owner's media loop puts datagrams in and takes datagrams, state and keys out.
 * Bouncy Castle pulls and blocks, so it runs on a virtual thread from the first complete ClientHello to the end of the
 * handshake. A connected peer holds no thread and nothing of Bouncy Castle's: what a client may still send is read by
 * {@code ConnectedRecords}. In front of it stands
 * {@code DtlsFilter}: it reassembles and orders the remote's messages itself, within fixed bounds, so that Bouncy Castle
 * only ever sees one whole message a record, in order (CVE-2026-59646 and its kind end there).
 *
 * <p>No HelloVerifyRequest: the owner hands over datagrams only from an address that passed an authenticated ICE check.
 * Plaintext can be forged all the same, so none of it ends a session: a hello we cannot take leaves the endpoint waiting
 * for a better one, and plaintext alerts are only noted.
 *
 * <p>What a handshake computes goes through {@code HandshakeCrypto}: libcrypto's elliptic curves and AES-GCM where it can be
 * loaded (0.35 ms of CPU for a handshake), Bouncy Castle's where not (0.5 ms), hashes by the JDK in both.
 *
 * <p>Imports {@code buffer}, {@code metrics}, {@code natives.crypto}, and {@code srtp} for profile and keys. The only package that imports
 * {@code org.bouncycastle}.
 */
package dev.sluice.engine.dtls;
