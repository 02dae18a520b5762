/**
 * Asking a server of the operator who may publish and play, in the form of Flussonic's authorization backend. Imports {@code outbound}
 * only: what an answer leads to is decided by who asked.
 */
package dev.sluice.signaling.access.hook;
