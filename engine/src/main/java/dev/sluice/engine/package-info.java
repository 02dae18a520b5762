/**
 * The engine's face: the only package the signalling sees. Starts the media loops, takes offers and answers, hands out
 * session handles, knows the live streams.
 */
package dev.sluice.engine;
