/** A DTLS handshake in memory, for benchmarks; stands in this package because its client does. */
package dev.sluice.engine.dtls;
