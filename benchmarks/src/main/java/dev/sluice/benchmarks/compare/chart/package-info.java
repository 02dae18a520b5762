/** Curves and bars as SVG, for pages with a light or a dark ground. A leaf. */
package dev.sluice.benchmarks.compare.chart;
