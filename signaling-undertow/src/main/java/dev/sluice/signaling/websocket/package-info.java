/**
 * Signalling over WebSocket (RFC 6455) as the Flussonic client library speaks it: play and publish, one connection each.
 * Imports http, access, json and the engine's face.
 */
package dev.sluice.signaling.websocket;
