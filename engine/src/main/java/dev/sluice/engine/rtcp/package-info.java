/**
 * RTCP (RFC 3550, RFC 4585, RFC 5104, draft-alvestrand-rmcat-remb): compound packets in and out, statistics of received
 * and sent streams, and the clocks behind sender reports. Reduced-size packets (RFC 5506) are taken. Packets are read after
 * SRTCP proved their sender, so what is checked here is form, not truth. Sans-I/O. May import {@code buffer} and
 * {@code metrics}.
 */
package dev.sluice.engine.rtcp;
