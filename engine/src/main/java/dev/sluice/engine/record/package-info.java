/**
 * A session's packets in the clear on their way into a pcapng file (draft-ietf-opsawg-pcapng) and back: the ring between a loop
 * and the thread that writes, the file, and images of what the protocol cores knew when a recording began. A leaf: it knows
 * packages of the engine by name only, where it takes images of their objects.
 */
package dev.sluice.engine.record;
