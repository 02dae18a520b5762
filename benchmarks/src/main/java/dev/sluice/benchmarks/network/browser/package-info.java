/**
 * A headless Chromium, driven by its own protocol (Chrome DevTools) over a WebSocket of the JDK, and the client that runs in its pages:
 * {@code client.js} publishes a picture in which each frame says when it was drawn, and notes when each is shown. Imports nothing of
 * Sluice.
 */
package dev.sluice.benchmarks.network.browser;
