/**
 * What happens on the server, for operators: a bounded log of events, {@code /-/events} (server-sent events) and webhooks signed
 * by Standard Webhooks 1.0.0. Imports session, access, config, http, json and the engine's face.
 */
package dev.sluice.signaling.events;
