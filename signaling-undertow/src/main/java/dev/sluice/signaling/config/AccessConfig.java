package dev.sluice.signaling.config;

import java.util.List;

/**
 * Who may use the server. Immutable.
 *
 * @param open no config was given: every name counts as declared, for loopback only
 * @param playOrigins pages that may play and read
 * @param publishOrigins pages that may publish
 * @param trustedProxies whose X-Forwarded headers count
 */
public record AccessConfig(
        boolean open,
        StreamRules streams,
        OriginRule playOrigins,
        OriginRule publishOrigins,
        List<AddressRange> trustedProxies) {

    public static final AccessConfig OPEN =
            new AccessConfig(true, StreamRules.everyName(), OriginRule.LOOPBACK, OriginRule.LOOPBACK, List.of());

    /** The same of other streams and pages. */
    AccessConfig with(StreamRules otherStreams, PageOrigins origins) {
        return new AccessConfig(open, otherStreams, origins.play(), origins.publish(), trustedProxies);
    }
}
