/**
 * Requests of ours to servers that the operator named (hooks, key URLs, webhooks), bounded in time and size and never to ourselves, so
 * that one that hangs or babbles costs little. A leaf: imports nothing of the other packages here.
 */
package dev.sluice.signaling.access.outbound;
