/**
 * Administration: the REST API {@code /streamer/api/v3}, described by its OpenAPI document beside these classes, {@code /-/drain}, and the gate
 * that all management paths share. May import the engine's facade, {@code access}, {@code config}, {@code drain}, {@code http}, {@code json} and
 * {@code session}; nothing but the server's assembly imports it, its gate excepted.
 */
package dev.sluice.signaling.admin;
