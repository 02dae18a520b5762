/** JMH benchmarks over the packet path; each is tested for correctness. */
package dev.sluice.benchmarks;
