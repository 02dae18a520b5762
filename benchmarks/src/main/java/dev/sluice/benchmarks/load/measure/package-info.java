/** What is measured about the server and the load: processor time, memory, dropped datagrams, and a histogram. A leaf. */
package dev.sluice.benchmarks.load.measure;
