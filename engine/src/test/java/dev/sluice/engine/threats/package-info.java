/**
 * What attackers and broken clients send, against the running engine's real UDP sockets: a test for each row of the table
 * in docs/security.md that concerns media. Each is named after what it shows.
 */
package dev.sluice.engine.threats;
