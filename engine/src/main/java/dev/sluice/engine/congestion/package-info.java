/**
 * Telling publishers what the way to us carries: transport-wide feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01), and a bitrate estimate for those that only take that
 * (draft-alvestrand-rmcat-remb). Sans-I/O. May import {@code buffer}, {@code metrics} and {@code rtcp}.
 */
package dev.sluice.engine.congestion;
