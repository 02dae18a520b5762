/**
 * The thin impure layer: sockets, threads and the clock. A media loop is one platform thread with one selector and one
 * UDP port; everything it owns is confined to it.
 *
 * <p>The only package that imports {@code java.nio.channels} or reads {@code System.nanoTime}. May import {@code peer}
 * and below.
 */
package dev.sluice.engine.net;
