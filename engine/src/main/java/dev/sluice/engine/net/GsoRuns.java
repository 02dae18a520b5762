package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.natives.net.Errno;
import java.util.LinkedHashSet;

/**
 * Which datagrams of a batch leave as one message that the kernel cuts (UDP_SEGMENT), and which destinations get none of
 * these because the kernel refused one: the path takes only smaller packets, or a device cannot. Confined to one media
 * loop.
 */
final class GsoRuns {
    /** Of the kernel, 128 from Linux 6.8 on. */
    static final int MAX_SEGMENTS = 64;
    /** The payload of the largest IPv4 datagram; the kernel builds the run as one before it cuts it. */
    static final int MAX_BYTES = 65_507;
    /** So many destinations refused one after the other with EIO, and none took a run: it is the device. */
    static final int MAX_EIO_IN_A_ROW = 100;
    /** Destinations remembered; beyond it the oldest is tried again. */
    static final int MAX_DESTINATIONS_OFF = 1_024;

    /** Of every IPv6 path (RFC 8200 section 5), and what browsers reckon with: they make packets of 1,200 bytes and some. */
    static final int LEAST_MTU_BYTES = 1_280;

    private static final int UDP_IPV4_BYTES = 28;
    private static final int UDP_IPV6_BYTES = 48;

    private final LinkedHashSet<RemoteAddress> off = new LinkedHashSet<>();
    private int eioInARow;
    private boolean portOff;

    /**
     * Datagrams from {@code first} on that may leave as one message: to one destination (a peer has one object for it) and of
     * one size, only the last may be shorter. They lie back to back in the batch's memory.
     */
    int datagrams(EgressBatch batch, int first) {
        RemoteAddress to = batch.destination(first);
        int segmentBytes = batch.length(first);
        if (segmentBytes == 0 || !allows(to)) {
            return 1;
        }
        int end = Math.min(batch.size(), first + Math.min(MAX_SEGMENTS, MAX_BYTES / segmentBytes));
        int index = first + 1;
        while (index < end && batch.destination(index) == to && batch.length(index) <= segmentBytes) {
            if (batch.length(index++) < segmentBytes) {
                break;
            }
        }
        return index - first;
    }

    private boolean allows(RemoteAddress to) {
        return !portOff && (off.isEmpty() || !off.contains(to));
    }

    /** Whether an error of a run may be one that its datagrams, sent one by one, would not meet. */
    static boolean isRunError(int errno) {
        return errno == Errno.EINVAL || errno == Errno.EMSGSIZE || errno == Errno.EIO;
    }

    /** Whether the refusal of a run of such packets says that the path takes less than it should (the kernel's word differs by version). */
    static boolean isBelowLeastMtu(RemoteAddress to, int packetBytes, int errno) {
        return (errno == Errno.EMSGSIZE || errno == Errno.EINVAL)
                && packetBytes + (to.isV4() ? UDP_IPV4_BYTES : UDP_IPV6_BYTES) <= LEAST_MTU_BYTES;
    }

    /** The kernel took a run: devices can. */
    void onSent() {
        eioInARow = 0;
    }

    /**
     * The kernel refused a run: this destination gets none from now on.
     *
     * @return false when none gets one from now on
     */
    boolean onRefused(RemoteAddress to, int errno) {
        off.add(to);
        if (off.size() > MAX_DESTINATIONS_OFF) {
            off.removeFirst();
        }
        eioInARow = errno == Errno.EIO ? eioInARow + 1 : 0;
        portOff |= eioInARow >= MAX_EIO_IN_A_ROW;
        return !portOff;
    }
}
