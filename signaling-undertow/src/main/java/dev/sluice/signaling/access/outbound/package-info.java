/**
 * Requests of ours to servers that the operator named, bounded in time, size and number, so that one that hangs or babbles costs
 * little. A leaf: imports nothing of the other packages here.
 */
package dev.sluice.signaling.access.outbound;
