/**
 * RTP (RFC 3550, RFC 8285): headers, header extensions, payload descriptors of the codecs, the log that tracks live in,
 * and the rewriting of a packet for one player. Sans-I/O. May import {@code buffer} and {@code metrics}.
 *
 * <p>The way of a packet: {@link dev.sluice.engine.rtp.RtpHeader} checks it, {@link dev.sluice.engine.rtp.Codec} describes
 * its payload once, {@link dev.sluice.engine.rtp.PacketLog} takes the one copy; then for each player
 * {@link dev.sluice.engine.rtp.RtpRewriter} writes the other copy and patches what the description points at. Nothing here
 * allocates per packet. Assumes decrypted packets without duplicates: SRTP's replay window stands before it.
 */
package dev.sluice.engine.rtp;
