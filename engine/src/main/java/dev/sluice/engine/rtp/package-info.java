/**
 * RTP (RFC 3550, RFC 8285): headers, header extensions, payload descriptors of the codecs, the log that tracks live in,
 * and the rewriting of a packet for one player. Sans-I/O. May import {@code buffer} and {@code metrics}.
 */
package dev.sluice.engine.rtp;
