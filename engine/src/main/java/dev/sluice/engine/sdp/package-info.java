/**
 * SDP (RFC 8866) and offer/answer (RFC 3264, JSEP RFC 9429): a parser and a writer for what WebRTC clients send, and
 * the negotiation of a publisher's answer, a player's offer and its answer. Pure functions over immutable records:
 * text in, text and plain values out; no socket, clock or random source. May import {@code rtp} (for
 * {@link dev.sluice.engine.rtp.ExtensionType}) and {@code metrics}.
 *
 * <p>Enter by {@link dev.sluice.engine.sdp.SdpNegotiator}. Input is hostile: {@link
 * dev.sluice.engine.sdp.SdpLimits} bounds it, reading takes linear time, and nothing of it is written out again that
 * was not checked character by character. Errors are {@link dev.sluice.engine.sdp.SdpException}, which says the line and
 * what was expected.
 */
package dev.sluice.engine.sdp;
