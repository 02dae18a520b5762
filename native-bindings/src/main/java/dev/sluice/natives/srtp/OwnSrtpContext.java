package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.PacketLayout.E_FLAG;
import static dev.sluice.natives.srtp.PacketLayout.RTCP_HEADER_LENGTH_BYTES;

import java.lang.foreign.MemorySegment;

/**
 * Our own SRTP: packet indices, replay windows and SSRCs here, the cryptography in an {@link SrtpTransform}. Confined
 * to one thread.
 *
 * <p>Each packet goes the same way: lengths, room, SSRC, index, replay check, transform; only then does state change.
 */
final class OwnSrtpContext implements SrtpContext {
    private final SrtpProfile profile;
    private final SrtpTransform transform;
    private final Direction direction;
    private final SsrcSet ssrcs = new SsrcSet();
    /** By an SSRC's place; a window is made before its SSRC took the place, and stays empty until then. */
    private final IndexWindow[] rtpWindows = new IndexWindow[MAX_SSRCS];

    private final IndexWindow[] rtcpWindows = new IndexWindow[MAX_SSRCS];

    OwnSrtpContext(SrtpProfile profile, SrtpTransform transform, boolean outbound) {
        this.profile = profile;
        this.transform = transform;
        direction = new Direction(outbound);
    }

    @Override
    public int protectRtp(MemorySegment packet, long offset, int lengthBytes, int roomBytes) {
        direction.requireOutbound();
        PacketLayout.requireNative(packet, offset, Math.max(lengthBytes, roomBytes));
        int header = PacketLayout.rtpHeaderLength(packet, offset, lengthBytes);
        if (header < 0) {
            return MALFORMED;
        }
        if (roomBytes - lengthBytes < profile.rtpTagLengthBytes()) {
            return NO_ROOM;
        }
        int ssrc = PacketLayout.rtpSsrc(packet, offset);
        int place = ssrcs.find(ssrc);
        if (place < 0) {
            return place;
        }
        IndexWindow window = rtpWindow(place);
        long index = window.estimate(PacketLayout.rtpSequenceNumber(packet, offset));
        int verdict = window.check(index);
        if (verdict < 0) {
            return verdict;
        }
        if (!transform.sealRtp(packet, offset, header, lengthBytes, ssrc, index)) {
            return FAILED;
        }
        window.accept(index);
        ssrcs.take(place, ssrc);
        return lengthBytes + profile.rtpTagLengthBytes();
    }

    @Override
    public int unprotectRtp(MemorySegment packet, long offset, int lengthBytes) {
        direction.requireInbound();
        PacketLayout.requireNative(packet, offset, lengthBytes);
        int plainLengthBytes = lengthBytes - profile.rtpTagLengthBytes();
        int header = PacketLayout.rtpHeaderLength(packet, offset, plainLengthBytes);
        if (header < 0) {
            return MALFORMED;
        }
        int ssrc = PacketLayout.rtpSsrc(packet, offset);
        int place = ssrcs.find(ssrc);
        if (place < 0) {
            return place;
        }
        IndexWindow window = rtpWindow(place);
        long index = window.estimate(PacketLayout.rtpSequenceNumber(packet, offset));
        int verdict = window.check(index);
        if (verdict < 0) {
            return verdict;
        }
        if (!transform.openRtp(packet, offset, header, plainLengthBytes, ssrc, index)) {
            return AUTHENTICATION_FAILED;
        }
        window.accept(index);
        ssrcs.take(place, ssrc);
        return plainLengthBytes;
    }

    @Override
    public int protectRtcp(MemorySegment packet, long offset, int lengthBytes, int roomBytes) {
        direction.requireOutbound();
        PacketLayout.requireNative(packet, offset, Math.max(lengthBytes, roomBytes));
        if (lengthBytes < RTCP_HEADER_LENGTH_BYTES) {
            return MALFORMED;
        }
        if (roomBytes - lengthBytes < PacketLayout.rtcpOverhead(profile)) {
            return NO_ROOM;
        }
        int ssrc = PacketLayout.rtcpSsrc(packet, offset);
        int place = ssrcs.find(ssrc);
        if (place < 0) {
            return place;
        }
        IndexWindow window = rtcpWindow(place);
        long index = window.next();
        int verdict = window.check(index);
        if (verdict < 0) {
            return verdict;
        }
        if (!transform.sealRtcp(packet, offset, lengthBytes, ssrc, (int) index)) {
            return FAILED;
        }
        window.accept(index);
        ssrcs.take(place, ssrc);
        return lengthBytes + PacketLayout.rtcpOverhead(profile);
    }

    @Override
    public int unprotectRtcp(MemorySegment packet, long offset, int lengthBytes) {
        direction.requireInbound();
        PacketLayout.requireNative(packet, offset, lengthBytes);
        int plainLengthBytes = lengthBytes - PacketLayout.rtcpOverhead(profile);
        if (plainLengthBytes < RTCP_HEADER_LENGTH_BYTES) {
            return MALFORMED;
        }
        int indexWord = PacketLayout.rtcpIndexWord(profile, packet, offset, lengthBytes);
        if ((indexWord & E_FLAG) == 0) {
            return AUTHENTICATION_FAILED;
        }
        int ssrc = PacketLayout.rtcpSsrc(packet, offset);
        int place = ssrcs.find(ssrc);
        if (place < 0) {
            return place;
        }
        IndexWindow window = rtcpWindow(place);
        int index = indexWord ^ E_FLAG;
        int verdict = window.check(index);
        if (verdict < 0) {
            return verdict;
        }
        if (!transform.openRtcp(packet, offset, plainLengthBytes, ssrc, index)) {
            return AUTHENTICATION_FAILED;
        }
        window.accept(index);
        ssrcs.take(place, ssrc);
        return plainLengthBytes;
    }

    private IndexWindow rtpWindow(int place) {
        IndexWindow window = rtpWindows[place];
        return window != null ? window : (rtpWindows[place] = new IndexWindow(IndexWindow.LAST_RTP_INDEX));
    }

    private IndexWindow rtcpWindow(int place) {
        IndexWindow window = rtcpWindows[place];
        return window != null ? window : (rtcpWindows[place] = new IndexWindow(IndexWindow.LAST_RTCP_INDEX));
    }

    @Override
    public void close() {
        if (direction.close()) {
            transform.close();
        }
    }
}
