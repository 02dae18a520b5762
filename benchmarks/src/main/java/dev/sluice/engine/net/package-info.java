/** A media loop without sockets, for benchmarks; stands in this package because loops are made and stepped here only. */
package dev.sluice.engine.net;
