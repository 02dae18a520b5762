package dev.sluice.signaling.config;

import java.util.List;

/**
 * Who may use the server. Immutable.
 *
 * @param open no config was given: every name counts as declared, for loopback only
 * @param playOrigins pages that may play and read
 * @param publishOrigins pages that may publish
 * @param trustedProxies whose X-Forwarded headers count
 * @param auth tokens and hooks
 */
public record AccessConfig(
        boolean open,
        StreamRules streams,
        OriginRule playOrigins,
        OriginRule publishOrigins,
        List<AddressRange> trustedProxies,
        AuthConfig auth) {

    public static final AccessConfig OPEN =
            new AccessConfig(true, StreamRules.everyName(), OriginRule.LOOPBACK, OriginRule.LOOPBACK, List.of());

    /** Neither tokens nor hooks. */
    public AccessConfig(
            boolean open,
            StreamRules streams,
            OriginRule playOrigins,
            OriginRule publishOrigins,
            List<AddressRange> trustedProxies) {
        this(open, streams, playOrigins, publishOrigins, trustedProxies, AuthConfig.NONE);
    }

    /** The same of other streams and pages. */
    AccessConfig with(StreamRules otherStreams, PageOrigins origins) {
        return new AccessConfig(open, otherStreams, origins.play(), origins.publish(), trustedProxies, auth);
    }
}
