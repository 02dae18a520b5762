package dev.sluice.natives.srtp;

import static dev.sluice.natives.srtp.PacketLayout.E_FLAG;
import static dev.sluice.natives.srtp.PacketLayout.RTCP_HEADER_LENGTH_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A session of libsrtp2. Confined to one thread.
 *
 * <p>libsrtp keeps indices and replay windows; lengths are checked before it is asked, so that its codes are those of
 * the other providers, and SSRCs are counted here: libsrtp makes a stream for each authenticated one, without end.
 */
final class LibsrtpContext extends OneWayContext {
    private final Libsrtp libsrtp;
    private final SrtpProfile profile;
    private final SsrcSet ssrcs;
    private final Arena arena = Arena.ofConfined();
    /** An int: libsrtp takes and gives the packet's length there. */
    private final MemorySegment length = arena.allocate(JAVA_INT);

    private final long lengthAddress = length.address();
    private final long session;

    LibsrtpContext(Libsrtp libsrtp, SrtpProfile profile, byte[] key, byte[] salt, boolean outbound) {
        super(outbound);
        this.libsrtp = libsrtp;
        this.profile = profile;
        ssrcs = new SsrcSet(!outbound);
        try (Arena setUp = Arena.ofConfined()) {
            MemorySegment keyAndSalt = setUp.allocate(key.length + salt.length);
            MemorySegment.copy(key, 0, keyAndSalt, JAVA_BYTE, 0, key.length);
            MemorySegment.copy(salt, 0, keyAndSalt, JAVA_BYTE, key.length, salt.length);
            MemorySegment pointer = setUp.allocate(JAVA_LONG);
            MemorySegment policy = LibsrtpPolicy.write(setUp, profile, keyAndSalt, outbound);
            int status = libsrtp.create(pointer.address(), policy.address());
            keyAndSalt.fill((byte) 0); // libsrtp keeps derived keys only
            if (status != Libsrtp.OK) {
                arena.close();
                throw new IllegalStateException("libsrtp refuses " + profile + ": status " + status);
            }
            session = pointer.get(JAVA_LONG, 0);
        }
    }

    @Override
    public int protectRtp(MemorySegment packet, long offset, int lengthBytes, int roomBytes) {
        requireOutbound();
        PacketLayout.requireNative(packet, offset, Math.max(lengthBytes, roomBytes));
        if (PacketLayout.rtpHeaderLength(packet, offset, lengthBytes) < 0) {
            return MALFORMED;
        }
        if (roomBytes - lengthBytes < profile.rtpTagLengthBytes()) {
            return NO_ROOM;
        }
        int ssrc = PacketLayout.rtpSsrc(packet, offset);
        int place = ssrcs.find(ssrc);
        if (place == SsrcSet.NONE && !ssrcs.hasRoom()) {
            return TOO_MANY_SSRCS;
        }
        length.set(JAVA_INT, 0, lengthBytes);
        return conclude(libsrtp.protect(session, packet.address() + offset, lengthAddress), place, ssrc);
    }

    @Override
    public int unprotectRtp(MemorySegment packet, long offset, int lengthBytes) {
        requireInbound();
        PacketLayout.requireNative(packet, offset, lengthBytes);
        if (PacketLayout.rtpHeaderLength(packet, offset, lengthBytes - profile.rtpTagLengthBytes()) < 0) {
            return MALFORMED;
        }
        int ssrc = PacketLayout.rtpSsrc(packet, offset);
        int place = ssrcs.find(ssrc);
        if (place == SsrcSet.NONE && !ssrcs.hasRoom()) {
            return TOO_MANY_SSRCS;
        }
        length.set(JAVA_INT, 0, lengthBytes);
        return conclude(libsrtp.unprotect(session, packet.address() + offset, lengthAddress), place, ssrc);
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
        length.set(JAVA_INT, 0, lengthBytes);
        return conclude(libsrtp.protectRtcp(session, packet.address() + offset, lengthAddress), place, ssrc);
    }

    @Override
    public int unprotectRtcp(MemorySegment packet, long offset, int lengthBytes) {
        requireInbound();
        PacketLayout.requireNative(packet, offset, lengthBytes);
        if (lengthBytes - PacketLayout.rtcpOverhead(profile) < RTCP_HEADER_LENGTH_BYTES) {
            return MALFORMED;
        }
        if ((PacketLayout.rtcpIndexWord(profile, packet, offset, lengthBytes) & E_FLAG) == 0) {
            return AUTHENTICATION_FAILED;
        }
        int ssrc = PacketLayout.rtcpSsrc(packet, offset);
        int place = ssrcs.find(ssrc);
        if (place == SsrcSet.NONE && !ssrcs.hasRoom()) {
            return TOO_MANY_SSRCS;
        }
        length.set(JAVA_INT, 0, lengthBytes);
        return conclude(libsrtp.unprotectRtcp(session, packet.address() + offset, lengthAddress), place, ssrc);
    }

    private int conclude(int status, int place, int ssrc) {
        if (status == Libsrtp.OK) {
            return place == SsrcSet.NONE ? admit(ssrc) : used(place);
        }
        return switch (status) {
            // A wrong GCM tag is a cipher failure with NSS, an authentication failure with OpenSSL.
            case Libsrtp.AUTHENTICATION_FAILED, Libsrtp.CIPHER_FAILED -> AUTHENTICATION_FAILED;
            case Libsrtp.REPLAY_FAILED -> REPLAYED;
            case Libsrtp.REPLAY_OLD -> TOO_OLD;
            default -> FAILED;
        };
    }

    private int used(int place) {
        ssrcs.use(place);
        return length.get(JAVA_INT, 0);
    }

    /** libsrtp has made a stream for an SSRC that is new to it. */
    private int admit(int ssrc) {
        if (ssrcs.isRetired(ssrc)) {
            forget(ssrc);
            return REPLAYED;
        }
        if (ssrcs.isFull()) {
            forget(ssrcs.oldest());
        }
        ssrcs.add(ssrc);
        return length.get(JAVA_INT, 0);
    }

    private void forget(int ssrc) {
        // The one function of libsrtp that takes an SSRC in network order.
        int ignored = libsrtp.removeStream(session, Integer.reverseBytes(ssrc));
    }

    /** libsrtp wipes its keys as it frees them. */
    @Override
    void free() {
        int ignored = libsrtp.dealloc(session);
        arena.close();
    }
}
