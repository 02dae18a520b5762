/**
 * The sessions of all transports: who opened them, how they fare, what becomes of them. May import the engine's facade,
 * {@code access} and {@code config}; endpoints import it.
 */
package dev.sluice.signaling.session;
