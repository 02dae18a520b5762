/**
 * What the operator says: the HOCON file, the streams it declares, and the one grammar of stream names. Of the
 * other packages here it imports only {@code access.jwt}, for keys; they receive its immutable records.
 */
package dev.sluice.signaling.config;
