/**
 * How the log is written: as text or JSON, and its last lines kept for a report. The only package that imports Logback; imports
 * {@code json} and {@code config}.
 */
package dev.sluice.signaling.logging;
