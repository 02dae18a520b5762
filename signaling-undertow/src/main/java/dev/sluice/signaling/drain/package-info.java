/**
 * Emptying the server before it stops: who is asked to go where, and when it is over. May import {@code access}, {@code config}
 * and {@code session}; endpoints import it.
 */
package dev.sluice.signaling.drain;
