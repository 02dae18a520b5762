/** The offers of the load's clients, and what they need of an answer (RFC 8866, RFC 8829). A leaf. */
package dev.sluice.benchmarks.load.sdp;
