package dev.sluice.engine.sdp;

/** A line {@code a=extmap} (RFC 8285): which header extension has which id, and who may send it. Immutable. */
record SdpExtension(int id, Direction direction, String uri) {}
