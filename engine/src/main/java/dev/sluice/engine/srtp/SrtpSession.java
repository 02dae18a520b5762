package dev.sluice.engine.srtp;

import dev.sluice.engine.metrics.DropReason;
import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.lang.foreign.MemorySegment;

/**
 * Both directions of a peer's SRTP. Confined to one media loop.
 *
 * <p>All methods work in place on native memory and return the new length in bytes or a {@link DropReason} code.
 */
public final class SrtpSession implements AutoCloseable {
    /** Room a caller leaves behind a packet for tag and index. */
    public static final int MAX_OVERHEAD_BYTES = SrtpContext.MAX_OVERHEAD_BYTES;

    private final SrtpProfile profile;
    private final SrtpContext inbound;
    private final SrtpContext outbound;

    /**
     * Opens both contexts and wipes the keys.
     *
     * @throws IllegalStateException when the provider's library refuses
     */
    public SrtpSession(SrtpProvider provider, SrtpKeys keys) {
        profile = keys.profile();
        try {
            inbound = provider.open(profile, keys.remoteKey(), keys.remoteSalt(), false);
            try {
                outbound = provider.open(profile, keys.localKey(), keys.localSalt(), true);
            } catch (RuntimeException e) {
                inbound.close();
                throw e;
            }
        } finally {
            keys.wipe();
        }
    }

    public SrtpProfile profile() {
        return profile;
    }

    public int protectRtp(MemorySegment packet, long offset, int lengthBytes, int roomBytes) {
        return orReason(outbound.protectRtp(packet, offset, lengthBytes, roomBytes));
    }

    public int unprotectRtp(MemorySegment packet, long offset, int lengthBytes) {
        return orReason(inbound.unprotectRtp(packet, offset, lengthBytes));
    }

    public int protectRtcp(MemorySegment packet, long offset, int lengthBytes, int roomBytes) {
        return orReason(outbound.protectRtcp(packet, offset, lengthBytes, roomBytes));
    }

    public int unprotectRtcp(MemorySegment packet, long offset, int lengthBytes) {
        return orReason(inbound.unprotectRtcp(packet, offset, lengthBytes));
    }

    private static int orReason(int result) {
        return result >= 0 ? result : reason(result).code();
    }

    private static DropReason reason(int result) {
        return switch (result) {
            case SrtpContext.AUTHENTICATION_FAILED -> DropReason.SRTP_AUTHENTICATION;
            case SrtpContext.REPLAYED -> DropReason.SRTP_REPLAYED;
            case SrtpContext.TOO_OLD -> DropReason.SRTP_TOO_OLD;
            case SrtpContext.MALFORMED -> DropReason.SRTP_MALFORMED;
            case SrtpContext.TOO_MANY_SSRCS -> DropReason.SRTP_TOO_MANY_SSRCS;
            default -> DropReason.SRTP_FAILED;
        };
    }

    @Override
    public void close() {
        inbound.close();
        outbound.close();
    }
}
