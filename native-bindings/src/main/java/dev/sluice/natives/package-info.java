/**
 * What the bindings share: opening a native library through Panama, and saying in one line why one cannot be used.
 *
 * <p>Imports: the JDK only. A leaf: knows nothing of the engine.
 */
package dev.sluice.natives;
