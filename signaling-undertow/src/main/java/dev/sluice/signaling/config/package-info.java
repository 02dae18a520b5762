/**
 * What the operator says: the HOCON file, the streams it declares, and the one grammar of stream names. Imports nothing of
 * the other packages here; they receive its immutable records.
 */
package dev.sluice.signaling.config;
