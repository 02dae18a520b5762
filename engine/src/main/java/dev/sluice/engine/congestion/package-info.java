/**
 * How much a way carries. To publishers: transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01), and a
 * bitrate for those that only take that (draft-alvestrand-rmcat-remb). For players: an estimate from the feedback they send
 * (draft-ietf-rmcat-gcc-02 and what libwebrtc added to it), probes for room that the stream does not use, and pacing.
 * Sans-I/O. May import {@code buffer}, {@code metrics} and {@code rtcp}.
 */
package dev.sluice.engine.congestion;
