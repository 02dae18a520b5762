/** When a publisher sends which packets, and what is in them. A leaf. */
package dev.sluice.benchmarks.load.shape;
