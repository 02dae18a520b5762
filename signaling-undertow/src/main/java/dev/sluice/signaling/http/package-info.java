/**
 * HTTP over Undertow: listeners that speak plain and TLS on one port, paths, bodies, CORS, error answers, pages. Imports
 * access, config, json and tls.
 */
package dev.sluice.signaling.http;
