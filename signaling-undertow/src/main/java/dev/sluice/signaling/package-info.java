/** Start, command line and configuration of the server. */
package dev.sluice.signaling;
