/**
 * Memory that packets live in: network-order access, addresses, and the batches in which datagrams enter and leave a
 * loop. No I/O happens here. Imports the JDK only.
 */
package dev.sluice.engine.buffer;
