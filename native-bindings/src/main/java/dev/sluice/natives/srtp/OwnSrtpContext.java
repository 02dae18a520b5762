package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.PacketLayout.E_FLAG;
import static dev.sluice.natives.srtp.PacketLayout.RTCP_HEADER_LENGTH_BYTES;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Our own SRTP: packet indices, replay windows and SSRCs here, the cryptography in an {@link SrtpTransform}. Confined
 * to one thread.
 *
 * <p>Each packet goes the same way: lengths, room, SSRC, index, replay check, transform; only then does state change,
 * and only then does an SSRC not seen before take a place.
 */
final class OwnSrtpContext extends OneWayContext {
    private final SrtpProfile profile;
    private final SrtpTransform transform;
    private final SsrcSet ssrcs;
    private final Windows rtpWindows = new Windows(IndexWindow.LAST_RTP_INDEX);
    private final Windows rtcpWindows = new Windows(IndexWindow.LAST_RTCP_INDEX);

    /** The RTP SSRC sent last and its window: a run of packets finds it here, and not five cache lines away. */
    private int sentSsrc;

    private IndexWindow sentWindow;

    OwnSrtpContext(SrtpProfile profile, SrtpTransform transform, boolean outbound) {
        super(outbound);
        this.profile = profile;
        this.transform = transform;
        ssrcs = new SsrcSet(!outbound);
    }

    @Override
    public int protectRtp(MemorySegment packet, long offset, int lengthBytes, int roomBytes) {
        requireOutbound();
        PacketLayout.requireNative(packet, offset, Math.max(lengthBytes, roomBytes));
        int header = PacketLayout.rtpHeaderLength(packet, offset, lengthBytes);
        if (header < 0) {
            return MALFORMED;
        }
        if (roomBytes - lengthBytes < profile.rtpTagLengthBytes()) {
            return NO_ROOM;
        }
        int ssrc = PacketLayout.rtpSsrc(packet, offset);
        IndexWindow window = ssrc == sentSsrc ? sentWindow : null;
        if (window == null) {
            int place = ssrcs.find(ssrc);
            if (place == SsrcSet.NONE && !ssrcs.hasRoom()) {
                return TOO_MANY_SSRCS;
            }
            window = rtpWindows.of(place);
        }
        long index = window.estimate(PacketLayout.rtpSequenceNumber(packet, offset));
        int verdict = window.check(index);
        if (verdict < 0) {
            return verdict;
        }
        if (!transform.sealRtp(packet, offset, header, lengthBytes, ssrc, index)) {
            return FAILED;
        }
        if (window != sentWindow) {
            if (ssrcs.find(ssrc) == SsrcSet.NONE) {
                admit(ssrc, rtpWindows);
            }
            sentSsrc = ssrc;
            sentWindow = window;
        }
        window.accept(index);
        return lengthBytes + profile.rtpTagLengthBytes();
    }

    @Override
    public int unprotectRtp(MemorySegment packet, long offset, int lengthBytes) {
        requireInbound();
        PacketLayout.requireNative(packet, offset, lengthBytes);
        int plainLengthBytes = lengthBytes - profile.rtpTagLengthBytes();
        int header = PacketLayout.rtpHeaderLength(packet, offset, plainLengthBytes);
        if (header < 0) {
            return MALFORMED;
        }
        int ssrc = PacketLayout.rtpSsrc(packet, offset);
        int place = ssrcs.find(ssrc);
        if (place == SsrcSet.NONE && !ssrcs.hasRoom()) {
            return TOO_MANY_SSRCS;
        }
        IndexWindow window = rtpWindows.of(place);
        long index = window.estimate(PacketLayout.rtpSequenceNumber(packet, offset));
        int verdict = window.check(index);
        if (verdict < 0) {
            return verdict;
        }
        if (!transform.openRtp(packet, offset, header, plainLengthBytes, ssrc, index)) {
            return AUTHENTICATION_FAILED;
        }
        if (place == SsrcSet.NONE) {
            if (ssrcs.isRetired(ssrc)) {
                return REPLAYED;
            }
            admit(ssrc, rtpWindows);
        } else {
            ssrcs.use(place);
        }
        window.accept(index);
        return plainLengthBytes;
    }

    @Override
    public int protectRtcp(MemorySegment packet, long offset, int lengthBytes, int roomBytes) {
        requireOutbound();
        PacketLayout.requireNative(packet, offset, Math.max(lengthBytes, roomBytes));
        if (lengthBytes < RTCP_HEADER_LENGTH_BYTES) {
            return MALFORMED;
        }
        if (roomBytes - lengthBytes < PacketLayout.rtcpOverhead(profile)) {
            return NO_ROOM;
        }
        int ssrc = PacketLayout.rtcpSsrc(packet, offset);
        int place = ssrcs.find(ssrc);
        if (place == SsrcSet.NONE && !ssrcs.hasRoom()) {
            return TOO_MANY_SSRCS;
        }
        IndexWindow window = rtcpWindows.of(place);
        long index = window.next();
        int verdict = window.check(index);
        if (verdict < 0) {
            return verdict;
        }
        if (!transform.sealRtcp(packet, offset, lengthBytes, ssrc, (int) index)) {
            return FAILED;
        }
        if (place == SsrcSet.NONE) {
            admit(ssrc, rtcpWindows);
        }
        window.accept(index);
        return lengthBytes + PacketLayout.rtcpOverhead(profile);
    }

    @Override
    public int unprotectRtcp(MemorySegment packet, long offset, int lengthBytes) {
        requireInbound();
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
        if (place == SsrcSet.NONE && !ssrcs.hasRoom()) {
            return TOO_MANY_SSRCS;
        }
        IndexWindow window = rtcpWindows.of(place);
        int index = indexWord ^ E_FLAG;
        int verdict = window.check(index);
        if (verdict < 0) {
            return verdict;
        }
        if (!transform.openRtcp(packet, offset, plainLengthBytes, ssrc, index)) {
            return AUTHENTICATION_FAILED;
        }
        if (place == SsrcSet.NONE) {
            if (ssrcs.isRetired(ssrc)) {
                return REPLAYED;
            }
            admit(ssrc, rtcpWindows);
        } else {
            ssrcs.use(place);
        }
        window.accept(index);
        return plainLengthBytes;
    }

    /** An authenticated SSRC gets a place, perhaps one that another had, and the window its first packet was judged by. */
    private void admit(int ssrc, Windows kind) {
        int place = ssrcs.add(ssrc);
        rtpWindows.clear(place);
        rtcpWindows.clear(place);
        kind.keep(place);
    }

    @Override
    void free() {
        transform.close();
    }

    /**
     * The index windows of RTP or of RTCP, by an SSRC's place. A packet of an SSRC without a place is judged by an empty
     * one, which becomes the SSRC's only when the packet was authentic. Confined to one thread.
     */
    private static final class Windows {
        private final long lastIndex;
        private IndexWindow[] byPlace = new IndexWindow[SsrcSet.INITIAL_PLACES];
        private IndexWindow empty;

        Windows(long lastIndex) {
            this.lastIndex = lastIndex;
            empty = new IndexWindow(lastIndex);
        }

        /** For {@link SsrcSet#NONE} the empty one. */
        IndexWindow of(int place) {
            if (place == SsrcSet.NONE) {
                return empty;
            }
            makeRoom(place);
            IndexWindow window = byPlace[place];
            return window != null ? window : (byPlace[place] = new IndexWindow(lastIndex));
        }

        /** The empty window is this place's from now on. */
        void keep(int place) {
            makeRoom(place);
            byPlace[place] = empty;
            empty = new IndexWindow(lastIndex);
        }

        void clear(int place) {
            if (place < byPlace.length) {
                byPlace[place] = null;
            }
        }

        private void makeRoom(int place) {
            if (place >= byPlace.length) {
                byPlace = Arrays.copyOf(byPlace, place * 2);
            }
        }
    }
}
