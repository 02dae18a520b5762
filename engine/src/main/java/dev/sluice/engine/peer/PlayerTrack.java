package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtcp.SenderStats;
import dev.sluice.engine.rtp.LayerFilter;
import dev.sluice.engine.rtp.PacketLogReader;
import dev.sluice.engine.rtp.RtpHeader;
import dev.sluice.engine.rtp.RtpRewriter;
import dev.sluice.engine.rtp.SendClock;
import dev.sluice.engine.sdp.PlayTrack;
import dev.sluice.engine.srtp.SrtpSession;
import java.util.random.RandomGenerator;

/** One track on its way to one player: a position in a log and the rewriting of what is read there. Confined to one media loop. */
final class PlayerTrack {
    /** A frame's packets differ by a byte or two (libwebrtc cuts evenly); one GSO message takes equal ones only. */
    private static final int MAX_PAD_BYTES = 8;
    /** What a player may still ask for of a burst that is over. */
    private static final long CLOCK_KEPT_NS = 2_000_000_000L;

    static final int PLAIN_ROOM_BYTES = EgressBatch.MAX_DATAGRAM_BYTES - SrtpSession.MAX_OVERHEAD_BYTES;

    private final PlayTrack negotiated;
    private final RtpRewriter rewriter;
    /** Null where packets have no transport-wide number. */
    private final PlayerWay way;

    private final RandomGenerator random;
    private final SenderStats stats = new SenderStats();
    private final ToldSums told = new ToldSums();
    private PublishedTrack source;
    private PacketLogReader reader;
    /** While the player is on its way from the log's last key frame to live; else null. */
    private CatchUp catchUp;
    /** Whether this publication began with a burst, come to live or given up: a way that one was too much for is not given another. */
    private boolean burst;

    private long laps;
    private boolean lapped;
    private boolean cutShort;
    private int longestOfRun;
    /** While another layer's key frame is waited for; else null. */
    private LayerSwitch layerSwitch;

    private boolean midFrame;
    /** Null while the player gets all of its source. */
    private Thinning thinning;

    private final PlayerKeyFrames keyFrames = new PlayerKeyFrames();
    private Resender resender;
    private RepeatablePackets repeats;

    /** @param random for the retransmissions' first sequence number */
    PlayerTrack(PlayTrack negotiated, RtpRewriter rewriter, PlayerWay way, RandomGenerator random) {
        this.negotiated = negotiated;
        this.rewriter = rewriter;
        this.way = way;
        this.random = random;
    }

    PlayTrack negotiated() {
        return negotiated;
    }

    RtpRewriter rewriter() {
        return rewriter;
    }

    SenderStats stats() {
        return stats;
    }

    /** Adds what was sent since the last time. */
    void tell(PeerStats sums) {
        told.tellBytes(rewriter.payloadOctets(), sums);
        told.tellPackets(rewriter.packets(), stats.cumulativeLost(), sums);
    }

    boolean isVideo() {
        return rewriter.codec().isVideo();
    }

    /** Whether this is video without a start, or one that asked for a key frame and has not seen it begin. */
    boolean needsKeyFrame() {
        return reader != null && isVideo() && (keyFrames.isAwaited() || !rewriter.isAnchored());
    }

    /** Whether a picture that has no start yet waits for nothing but a key frame; a request may have been refused, or its answer missed. */
    boolean isWithoutStart() {
        return reader != null && isVideo() && catchUp == null && !rewriter.isAnchored() && source.isFlowing();
    }

    PlayerKeyFrames keyFrames() {
        return keyFrames;
    }

    /** The player asks for packets again. Returns whether {@link #sendTwins} has to do. */
    boolean onNack(RtcpReader nack, Peer peer, long nowNs, PeerSink sink) {
        double lossShare = way != null && way.isHeard() ? way.ownLossShare() : stats.lossShareWithoutQueue();
        boolean owes = source != null && resender().onNack(nack, lossShare, source, isStarving(), peer, nowNs, sink);
        repeats = resender == null ? null : resender.repeats();
        return owes;
    }

    /** Sends again what feedback passed over and nobody asked for. Returns as {@link #onNack}. */
    boolean repairLost(Peer peer, long nowNs, PeerSink sink) {
        return source != null
                && !isStarving()
                && negotiated.rtxPayloadType() >= 0
                && resender().repairLost(source, peer, nowNs, sink);
    }

    /** What was sent again on a way that loses packets goes once more. Returns whether it is too early for some. */
    boolean sendTwins(Peer peer, long nowNs, PeerSink sink) {
        return resender != null && source != null && resender.sendTwins(source, peer, nowNs, sink);
    }

    private Resender resender() {
        if (resender == null) {
            resender = new Resender(negotiated, rewriter, way, random.nextInt(1 << 15));
        }
        return resender;
    }

    /** What is read, or null. */
    PublishedTrack source() {
        return source;
    }

    /**
     * Reads this track from its newest packet on, video from its next key frame; null for none.
     *
     * @return whether it is another one than before, and there
     */
    boolean attach(PublishedTrack next) {
        if (next == source) {
            return false;
        }
        detach();
        if (next == null
                || !next.format().compatibleWith(negotiated.codec())
                || !next.log().tryRetain()) {
            return false;
        }
        source = next;
        reader = new PacketLogReader(next.log(), next.log().position());
        laps = 0;
        thinning = null;
        burst = false;
        rewriter.switchSource();
        return true;
    }

    /** Begins with the log's last key frame, in a burst whose timestamps come from a clock of its own. */
    void catchUp(long nowNs) {
        burst = true;
        catchUp = new CatchUp(rewriter.codec().clockRate(), nowNs);
        rewriter.startSendClock(catchUp.clock());
        beginAt(source.log().keyFramePosition());
    }

    boolean isCatchingUp() {
        return catchUp != null;
    }

    /** Whether a burst was not tried yet. */
    boolean mayCatchUp() {
        return !burst;
    }

    private void beginAt(long keyFrame) {
        if (keyFrame >= 0) {
            reader.seek(keyFrame);
            catchUp.seek(source.frames());
            rewriter.switchSource();
        }
    }

    /**
     * Sends another layer of the same picture from its next key frame on, this one until then; another at once when this one
     * has ended, or none was sent.
     *
     * @return whether that key frame has to be asked for
     */
    boolean aim(PublishedTrack layer, long nowNs) {
        if (layer == source) {
            dropSwitch();
            return false;
        }
        if (source == null) {
            attach(layer);
            return source != null;
        }
        if (layerSwitch != null && layerSwitch.layer() == layer) {
            if (!source.isFlowing()) {
                goOver(layerSwitch.from(), nowNs);
                return false;
            }
            return layerSwitch.takeLost(nowNs);
        }
        LayerSwitch next = layer.format().compatibleWith(negotiated.codec()) ? LayerSwitch.to(layer, nowNs) : null;
        if (next == null) {
            return false;
        }
        dropSwitch();
        layerSwitch = next;
        if (!source.isFlowing() || !rewriter.isAnchored()) {
            goOver(next.from(), nowNs);
        }
        return true;
    }

    private void dropSwitch() {
        if (layerSwitch != null) {
            layerSwitch.release();
            layerSwitch = null;
        }
    }

    /** Reads the awaited layer from this position on. */
    private void goOver(long from, long nowNs) {
        PublishedTrack next = layerSwitch.layer();
        layerSwitch = null;
        int shift = (int) (rewriter.mapTimestamp(source.clock().timestampAt(nowNs))
                - next.clock().timestampAt(nowNs));
        source.log().release();
        source = next;
        reader = new PacketLogReader(source.log(), from);
        laps = 0;
        longestOfRun = 0;
        midFrame = false;
        thinning = null;
        rewriter.switchLayer(shift);
    }

    void detach() {
        dropSwitch();
        if (catchUp != null) {
            // Its clock is about the source that goes.
            rewriter.dropSendClock();
            catchUp = null;
        }
        if (source != null) {
            source.log().release();
            source = null;
            reader = null;
        }
    }

    /** Whether the last run ended before it came to the end. */
    boolean hasMore() {
        return cutShort;
    }

    /** Whether the writer overtook this track's reader since the last call. */
    boolean takeLapped() {
        boolean result = lapped || reader != null && reader.laps() != laps;
        lapped = false;
        laps = reader == null ? 0 : reader.laps();
        return result;
    }

    /**
     * Writes the new packets of the log into the batch, protected. Those of a frame that are a few bytes shorter than its
     * longest get RTP padding, so that they leave as one message.
     *
     * @param wholeFrames whether to read only what the writer has released
     * @return packets written
     */
    int run(SrtpSession srtp, RemoteAddress to, boolean wholeFrames, long nowNs, PeerSink sink) {
        cutShort = false;
        if (reader == null) {
            return 0;
        }
        if (layerSwitch != null && catchUp == null) {
            long keyFrame = layerSwitch.keyFrame(midFrame, wholeFrames, nowNs, sink);
            if (keyFrame >= 0) {
                goOver(keyFrame, nowNs);
            }
        }
        long end = sink.readTo(source, wholeFrames);
        if (catchUp != null) {
            return runBurst(srtp, to, end, nowNs, sink);
        }
        int written = 0;
        int records = 0;
        EgressBatch egress = sink.mediaEgress();
        int most = Lag.mostRecords(to);
        while (records < most && egress != null && !mustWait() && reader.next(end)) {
            if (records == 0 && Lag.isTooLong(reader.arrivalNs(), to, nowNs)) {
                goLive(to, end, nowNs, sink);
                return 0;
            }
            records++;
            if (thinning != null && !thinning.passes(reader, nowNs)) {
                midFrame &= !reader.marker();
                continue;
            }
            written += forward(egress, srtp, to, padBytes(), nowNs, sink);
            if (!egress.hasRoom(1)) {
                egress = sink.mediaEgress();
            }
        }
        cutShort = reader.nextPosition() < end;
        return written;
    }

    /**
     * Thins the source out.
     *
     * @param spatial the highest spatial layer of its pictures
     * @param temporal the highest temporal layer
     * @param budgetBps what pictures may cost, {@link LayerFilter#NO_BUDGET} when that much fits
     * @return whether a key frame has to be asked for
     */
    boolean limit(int spatial, int temporal, long budgetBps, long nowNs) {
        if (thinning == null) {
            if (budgetBps == LayerFilter.NO_BUDGET
                    && spatial >= source.maxSpatial()
                    && temporal >= source.maxTemporal()) {
                return false;
            }
            thinning = new Thinning(rewriter);
        }
        boolean asks = thinning.limit(source, spatial, temporal, budgetBps, nowNs);
        if (thinning.isOver()) {
            thinning = null;
        }
        return asks;
    }

    /** Whether pictures are left out up to the next key frame. */
    boolean isStarving() {
        return thinning != null && thinning.isStarving();
    }

    private void goLive(RemoteAddress to, long end, long nowNs, PeerSink sink) {
        if (to.isTcp() || way != null && way.isPaced()) {
            // What is left out on purpose is no loss to ask for again: on at a key frame, with no number missing.
            rewriter.switchSource();
            if (isVideo() && Lag.seekFreshKeyFrame(reader, source.log(), end, nowNs)) {
                sink.drop(DropReason.LAPPED);
                cutShort = true;
                return;
            }
        }
        reader.seek(source.log().position());
        lapped = true;
    }

    /** Pictures wait while the way is full, sound goes before them. */
    private boolean mustWait() {
        return way != null && way.isSpent() && isVideo();
    }

    /** Sends about so many bytes of padding, to see whether the way has room; returns the packets. */
    int pad(int bytes, Peer peer, long nowNs, PeerSink sink) {
        return way == null ? 0 : resender().pad(bytes, peer, nowNs, sink);
    }

    /** Before {@link #run} while the track catches up: how much may go. */
    void prepareBurst(long estimateBps, long nowNs) {
        catchUp.onRun(source, estimateBps, nowNs);
    }

    /**
     * A piece of the burst. A key frame that has come meanwhile makes the rest needless; who takes too long waits for one at live.
     */
    private int runBurst(SrtpSession srtp, RemoteAddress to, long end, long nowNs, PeerSink sink) {
        int written = 0;
        EgressBatch egress = sink.mediaEgress();
        long keyFrame = source.log().keyFramePosition();
        int most = Lag.mostRecords(to);
        for (int i = 0; i < most && catchUp.maySend() && egress != null; i++) {
            boolean betweenFrames = reader.position() < 0 || reader.marker();
            if (keyFrame > reader.nextPosition() && betweenFrames) {
                beginAt(keyFrame);
            }
            if (!reader.next(end)) {
                break;
            }
            catchUp.onSent(RtpHeader.FIXED_BYTES + reader.dataLength());
            written += forward(egress, srtp, to, padBytes(), nowNs, sink);
            if (!egress.hasRoom(1)) {
                egress = sink.mediaEgress();
            }
        }
        if (reader.nextPosition() >= end) {
            endBurst(nowNs);
        } else if (catchUp.isTooLong(nowNs)) {
            reader.seek(source.log().position());
            rewriter.switchSource();
            lapped = true;
            endBurst(nowNs);
        }
        return written;
    }

    private void endBurst(long nowNs) {
        catchUp.clock().end(nowNs);
        catchUp = null;
    }

    /** Forgets the burst's clock when nobody asks for its packets any more. */
    void onTimeout(long nowNs) {
        SendClock clock = rewriter.sendClock();
        if (clock != null && clock.isEnded() && nowNs - clock.endedNs() >= CLOCK_KEPT_NS) {
            rewriter.dropSendClock();
        }
    }

    /** None for the last of a frame: it may be shorter than the others of its message. */
    private int padBytes() {
        if (reader.longestOfRun() != 0) {
            longestOfRun = reader.longestOfRun();
        }
        int missing = longestOfRun - reader.dataLength();
        return missing > MAX_PAD_BYTES || missing < 0 || reader.marker() ? 0 : missing;
    }

    private int forward(
            EgressBatch egress, SrtpSession srtp, RemoteAddress to, int padBytes, long nowNs, PeerSink sink) {
        long at = egress.claim(EgressBatch.MAX_DATAGRAM_BYTES);
        int plain = rewriter.write(reader, egress.segment(), at, PLAIN_ROOM_BYTES, padBytes, nowNs);
        if (plain < 0) {
            onSkipped(plain, sink);
            return 0;
        }
        midFrame = !reader.marker() && (thinning == null || !thinning.endsPicture());
        if (reader.startsKeyFrame()) {
            keyFrames.onSent(nowNs);
        }
        sink.onClear(egress.segment(), at, plain, false);
        int length = srtp.protectRtp(egress.segment(), at, plain, EgressBatch.MAX_DATAGRAM_BYTES);
        if (length < 0) {
            sink.drop(DropReason.ofCode(length));
            return 0;
        }
        if (repeats != null) {
            repeats.put(egress.segment(), at, length);
        }
        if (way != null) {
            way.onSent(length, isVideo() ? Bytes.u16(egress.segment(), at + 2) : PlayerWay.NO_PICTURE, nowNs);
        }
        egress.commit(length, to);
        return 1;
    }

    private void onSkipped(int code, PeerSink sink) {
        if (code == DropReason.LAPPED.code()) {
            lapped = true;
        } else {
            sink.drop(DropReason.ofCode(code));
        }
    }

    /** The player's RTP timestamp that stands for this instant, for its sender report; −1 before the first packet and during a burst. */
    long timestampAt(long nowNs) {
        return source == null || !rewriter.isAnchored() || catchUp != null
                ? -1
                : rewriter.mapTimestamp(source.clock().timestampAt(nowNs));
    }
}
