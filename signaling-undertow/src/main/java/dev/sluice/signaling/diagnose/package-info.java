/**
 * One file for a bug report: what runs, on what, how it is configured (without secrets) and how it fares; and the command that
 * fetches it. May import the engine's facade, {@code config}, {@code session} and {@code logging}.
 */
package dev.sluice.signaling.diagnose;
