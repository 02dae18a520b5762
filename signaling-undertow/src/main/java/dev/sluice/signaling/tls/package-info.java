/**
 * The TLS side of the listeners: a certificate and key from PEM files, or a self-signed one made in memory (RFC 5280). Uses
 * the JDK only: Bouncy Castle stays in the engine's DTLS. A leaf.
 */
package dev.sluice.signaling.tls;
