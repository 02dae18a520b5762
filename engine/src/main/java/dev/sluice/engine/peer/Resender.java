package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.peer.PeerStats.Value;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtp.PacketLogReader;
import dev.sluice.engine.rtp.RtpRewriter;
import dev.sluice.engine.rtp.RtxPacket;
import dev.sluice.engine.sdp.PlayTrack;

/**
 * Answers one player's NACKs of one track: out of the log by RTX (RFC 4588), which all players share and which costs
 * nothing while nothing is lost; or by repeating what was sent where the player knows no RTX. Made with the
 * first NACK, probe or feedback of a loss. Confined to one media loop.
 */
final class Resender {
    /** What is older is no longer waited for. */
    static final long MAX_AGE_NS = 1_000_000_000L;
    /** Numbers of one datagram that may be wrong: who asks for more guesses, and guesses are not looked up for ever. */
    static final int MAX_UNKNOWN = 64;

    /** A second answer goes so much later: what is lost is often lost in a row. */
    private static final long TWIN_NS = 10_000_000L;

    private static final int MAX_TWINS = 32;
    /** As many as one byte can say (RFC 3550 section 5.1). */
    private static final int MAX_PADDING_BYTES = 255;

    private static final int ENOUGH = -1;
    private static final int UNKNOWN = 0;
    private static final int RESENT = 1;

    private final PlayTrack negotiated;
    private final RtpRewriter rewriter;
    /** Null where packets have no transport-wide number. */
    private final PlayerWay way;

    /** Null where there is RTX, and before the first NACK. */
    private RepeatablePackets repeats;

    private final ResendBudget budget = new ResendBudget();
    private int rtxSequence;
    private PublishedTrack readSource;
    private PacketLogReader reader;
    /** Numbers that are to be sent once more; null before the first. */
    private int[] twins;

    private long[] twinsDueNs;
    private int twinCount;
    /** Wrong numbers of what came at one moment, which is a datagram or a batch of them. */
    private int unknown;

    private long unknownNs;

    /** @param firstRtxSequence below 2^15, so that losing the first packets cannot skew the player's SRTP index */
    Resender(PlayTrack negotiated, RtpRewriter rewriter, PlayerWay way, int firstRtxSequence) {
        this.negotiated = negotiated;
        this.rewriter = rewriter;
        this.way = way;
        this.rtxSequence = firstRtxSequence;
    }

    /** Where packets are to be kept as they leave; null when the log is enough, or nothing was asked for. */
    RepeatablePackets repeats() {
        return repeats;
    }

    /**
     * Sends again what the reader's NACK names, as far as there is budget and room in the socket.
     *
     * @param lossShare of the player's way
     * @param needless whether pictures are left out up to a key frame: what fills a gap before that would stand in its way, so
     *     nothing is sent, nor what is owed still
     * @return whether {@link #sendTwins} has to do
     */
    boolean onNack(
            RtcpReader nack,
            double lossShare,
            PublishedTrack source,
            boolean needless,
            Peer peer,
            long nowNs,
            PeerSink sink) {
        if (repeats == null && negotiated.rtxPayloadType() < 0) {
            repeats = new RepeatablePackets();
        }
        // A browser asks again only after 100 ms, which is a freeze.
        boolean twice = repeats == null && lossShare >= PlayerWay.LOSSY;
        if (nowNs != unknownNs) {
            unknownNs = nowNs;
            unknown = 0;
        }
        if (needless) {
            twinCount = 0;
        }
        for (int i = 0; i < nack.count(); i++) {
            int sequence = nack.lostSequence(i);
            // The first number, then one for each bit that is set.
            for (int bits = nack.lostFollowing(i) << 1 | 1; bits != 0; bits &= bits - 1) {
                int wanted = sequence + Integer.numberOfTrailingZeros(bits) & 0xffff;
                sink.counters().increment(Counter.NACKS_RECEIVED);
                peer.stats().add(Value.NACKED, 1);
                if (needless) {
                    continue;
                }
                int result = resend(wanted, source, peer, nowNs, sink);
                unknown += result == UNKNOWN ? 1 : 0;
                if (result == RESENT && twice) {
                    addTwin(wanted, nowNs);
                }
                if (result == ENOUGH || unknown >= MAX_UNKNOWN) {
                    return twinCount > 0;
                }
            }
        }
        return twinCount > 0;
    }

    /**
     * Sends again what the way's last feedback passed over. A browser sends its NACK as soon as it finds a gap, so mostly before
     * the feedback that tells of it: then it was lost itself, or what answered it.
     *
     * @return whether {@link #sendTwins} has to do
     */
    boolean repairLost(PublishedTrack source, Peer peer, long nowNs, PeerSink sink) {
        for (int i = 0; i < way.lostCount(); i++) {
            int result = resend(way.lost(i), source, peer, nowNs, sink);
            if (result == ENOUGH) {
                break;
            }
            if (result == RESENT) {
                sink.counters().increment(Counter.RTP_RESENT_UNASKED);
                addTwin(way.lost(i), nowNs);
            }
        }
        return twinCount > 0;
    }

    private void addTwin(int sequence, long nowNs) {
        if (twins == null) {
            twins = new int[MAX_TWINS];
            twinsDueNs = new long[MAX_TWINS];
        }
        // Who lost more at once has not lost it by chance.
        if (twinCount < MAX_TWINS) {
            twins[twinCount] = sequence;
            twinsDueNs[twinCount++] = nowNs + TWIN_NS;
        }
    }

    /**
     * Sends once more what was sent again a little while ago, with the player's next packets. Returns whether something is too
     * young for that still.
     */
    boolean sendTwins(PublishedTrack source, Peer peer, long nowNs, PeerSink sink) {
        if (twinCount == 0) {
            return false;
        }
        int due = 0;
        boolean enough = false;
        while (due < twinCount && nowNs - twinsDueNs[due] >= 0) {
            // When the budget or the socket's room ends, this was not urgent.
            enough = enough || resend(twins[due], source, peer, nowNs, sink) == ENOUGH;
            due++;
        }
        twinCount -= due;
        System.arraycopy(twins, due, twins, 0, twinCount);
        System.arraycopy(twinsDueNs, due, twinsDueNs, 0, twinCount);
        return twinCount > 0;
    }

    private int resend(int sequence, PublishedTrack source, Peer peer, long nowNs, PeerSink sink) {
        int lengthBytes = repeats != null
                ? repeats.lengthOf(sequence)
                : find(rewriter.sourceSequence(sequence), source, nowNs) ? reader.dataLength() : 0;
        if (lengthBytes == 0) {
            sink.drop(DropReason.RESEND_UNKNOWN);
            return UNKNOWN;
        }
        EgressBatch egress = sink.mediaEgress();
        if (egress == null) {
            return ENOUGH;
        }
        if (!budget.take(lengthBytes, source.bitrateBps(), way == null ? Long.MAX_VALUE : way.estimateBps(), nowNs)) {
            sink.drop(DropReason.RESEND_OVER_BUDGET);
            return ENOUGH;
        }
        long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
        int length = repeats != null ? lengthBytes : writeRtx(sequence, peer, egress, at, nowNs, sink);
        if (length < 0) {
            sink.drop(DropReason.ofCode(length));
            return UNKNOWN;
        }
        if (repeats != null) {
            repeats.copy(sequence, egress.segment(), at);
            sink.onRepeated(sequence);
        }
        egress.commit(length, peer.destination());
        sink.counters().increment(Counter.RTP_RESENT);
        peer.stats().add(Value.REPAIRED, 1);
        return RESENT;
    }

    private boolean find(long wanted, PublishedTrack source, long nowNs) {
        if (readSource != source) {
            readSource = source;
            reader = new PacketLogReader(source.log(), 0);
        }
        // What comes out of a burst is old when it is sent; the clock is kept no longer than it is asked for.
        boolean burst = rewriter.sendClock() != null;
        return wanted >= 0 && reader.find(wanted) && (burst || nowNs - reader.arrivalNs() <= MAX_AGE_NS);
    }

    private int writeRtx(int sequence, Peer peer, EgressBatch egress, long at, long nowNs, PeerSink sink) {
        int room = PlayerTrack.PLAIN_ROOM_BYTES - RtxPacket.HEAD_BYTES;
        int original = rewriter.writeAgain(reader, egress.segment(), at + RtxPacket.HEAD_BYTES, room, nowNs);
        if (original < 0) {
            return original;
        }
        int plain = RtxPacket.wrap(
                egress.segment(),
                at + RtxPacket.HEAD_BYTES,
                original,
                negotiated.rtxPayloadType(),
                negotiated.rtxSsrc(),
                rtxSequence++ & 0xffff);
        sink.onClear(egress.segment(), at, plain, false);
        int length = peer.srtp().protectRtp(egress.segment(), at, plain, EgressBatch.MAX_DATAGRAM_BYTES);
        if (length >= 0 && way != null) {
            way.onSentAgain(length, sequence, nowNs);
        }
        return length;
    }

    /**
     * Sends about so many bytes of padding, to see whether the way has room: beside the stream where there are retransmissions,
     * so that what comes late in the stream keeps its number; else in it, and then nothing in the middle of a frame.
     *
     * @return packets sent
     */
    int pad(int bytes, Peer peer, long nowNs, PeerSink sink) {
        int left = bytes;
        int sent = 0;
        boolean beside = negotiated.rtxPayloadType() >= 0;
        while (left > 0 && (beside ? rewriter.isAnchored() : rewriter.takesPadding())) {
            EgressBatch egress = sink.mediaEgress();
            if (egress == null) {
                break;
            }
            long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
            int plain = beside
                    ? rewriter.writeRtxPadding(
                            egress.segment(),
                            at,
                            PlayerTrack.PLAIN_ROOM_BYTES,
                            MAX_PADDING_BYTES,
                            negotiated.rtxPayloadType(),
                            negotiated.rtxSsrc(),
                            rtxSequence++ & 0xffff,
                            nowNs)
                    : rewriter.writePadding(
                            egress.segment(), at, PlayerTrack.PLAIN_ROOM_BYTES, MAX_PADDING_BYTES, nowNs);
            if (plain >= 0) {
                sink.onClear(egress.segment(), at, plain, false);
            }
            int length = plain < 0
                    ? plain
                    : peer.srtp().protectRtp(egress.segment(), at, plain, EgressBatch.MAX_DATAGRAM_BYTES);
            if (length < 0) {
                sink.drop(DropReason.ofCode(length));
                break;
            }
            way.onSent(length, PlayerWay.NO_PICTURE, nowNs);
            egress.commit(length, peer.destination());
            left -= length;
            sent++;
        }
        return sent;
    }
}
