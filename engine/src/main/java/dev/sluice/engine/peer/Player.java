package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.rtp.ExtensionMap;
import dev.sluice.engine.rtp.ExtensionType;
import dev.sluice.engine.rtp.RtpRewriter;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PlayTrack;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The playing side of a peer: reads the logs of a live stream, whoever publishes it, and sends them as one continuous
 * stream for each track. Confined to one media loop.
 */
public final class Player {
    private static final long REPORT_INTERVAL_NS = 1_000_000_000L;

    private final LiveStream stream;
    private final PlayerReports reports;
    private final PlayerFeedback feedback;
    private final RandomGenerator random;
    private PlayerTrack[] tracks = new PlayerTrack[0];
    private Publication publication;
    private long nextReportNs;
    private final PlayerLayers layers = new PlayerLayers();
    /** Whether what is left waits for a TCP connection: the sink knows when that takes it. */
    private boolean leftToSink;
    /** Whether the sink knows that this player is to be served out of turn. */
    private boolean waitsForService;
    /** Null where no feedback about each packet was agreed on. */
    private PlayerWay way;

    private boolean catchingUp;
    /** Packets that the last run sent beside the stream, to probe the way. */
    private int padded;

    /**
     * @param cname of our SDES
     * @param wallClock turns the loop's clock into NTP time
     * @param random for first sequence numbers and timestamps
     */
    public Player(LiveStream stream, byte[] cname, NtpTime wallClock, RandomGenerator random) {
        this.stream = stream;
        this.reports = new PlayerReports(cname, wallClock);
        this.feedback = new PlayerFeedback(wallClock);
        this.random = random;
    }

    public LiveStream stream() {
        return stream;
    }

    /** What was read at the last run; null before the first, or after another negotiation. */
    Publication publication() {
        return publication;
    }

    /** What the player's SDP agreed to, at first or anew: tracks that stayed the same go on where they are. */
    public void configure(List<PlayTrack> negotiated, boolean twoByteExtensionsAllowed) {
        PlayerTrack[] before = tracks;
        boolean probes = negotiated.stream().anyMatch(track -> isNumbered(track) && isVideo(track));
        if (negotiated.stream().noneMatch(Player::isNumbered)) {
            way = null;
        } else if (way == null) {
            way = new PlayerWay(probes);
        } else {
            way.setProbes(probes);
        }
        tracks = new PlayerTrack[negotiated.size()];
        for (int i = 0; i < tracks.length; i++) {
            PlayerTrack same = take(before, negotiated.get(i));
            tracks[i] = same != null ? same : newTrack(negotiated.get(i), twoByteExtensionsAllowed);
            if (same == null && way != null && isVideo(negotiated.get(i))) {
                way.onPictureChanged();
            }
        }
        // Sound first: what a narrow way has no room for are pictures.
        Arrays.sort(tracks, Comparator.comparing(PlayerTrack::isVideo));
        for (PlayerTrack gone : before) {
            if (gone != null) {
                gone.detach();
            }
        }
        // New tracks find their source at the next run.
        publication = null;
    }

    private static boolean isNumbered(PlayTrack track) {
        return track.extensions().id(ExtensionType.TRANSPORT_CC) != 0;
    }

    private static boolean isVideo(PlayTrack track) {
        return track.kind() == MediaKind.VIDEO;
    }

    /** The track with this description, out of the array, or null. */
    private static PlayerTrack take(PlayerTrack[] from, PlayTrack negotiated) {
        for (int i = 0; i < from.length; i++) {
            if (from[i] != null && from[i].negotiated().equals(negotiated)) {
                PlayerTrack found = from[i];
                from[i] = null;
                return found;
            }
        }
        return null;
    }

    private PlayerTrack newTrack(PlayTrack track, boolean twoByteExtensionsAllowed) {
        // Below 2^15, so that a lost first packet cannot skew the receiver's rollover counter (RFC 3711 3.3.1).
        int firstSequence = random.nextInt(1 << 15);
        return new PlayerTrack(
                track,
                new RtpRewriter(
                        track.ssrc(),
                        track.payloadType(),
                        track.redPayloadType(),
                        LogMemory.codecOf(track.codec()),
                        track.mid().getBytes(StandardCharsets.US_ASCII),
                        new ExtensionMap(track.extensions()::id),
                        twoByteExtensionsAllowed,
                        firstSequence,
                        random.nextInt() & 0xffff_ffffL,
                        way == null ? null : way.sequence()),
                isNumbered(track) ? way : null,
                random);
    }

    /**
     * Whether the player's reports gave no sign that its way is hardly wider than the stream: a frame's packets may come
     * in one burst.
     */
    boolean takesWholeFrames(long nowNs) {
        return feedback.isWide(nowNs);
    }

    /** Which quality of the picture is sent, and why. */
    public PlayerLayers layers() {
        return layers;
    }

    /** Which of the layers that its publisher agreed on this player reads. */
    int slot() {
        for (PlayerTrack track : tracks) {
            if (track.isVideo() && track.source() != null) {
                return track.source().slot();
            }
        }
        return 0;
    }

    /** Whether it is not known yet where in the log this player begins, or it is on its way from there. */
    boolean isStarting() {
        return publication == null || catchingUp;
    }

    /** Whether a burst out of the log is under way. */
    boolean isCatchingUp() {
        return catchingUp;
    }

    /**
     * Whether it belongs elsewhere than among players at live of this layer that take whole frames, or each packet as it
     * comes.
     */
    boolean isMisplaced(boolean wholeFrames, int layerSlot, long nowNs) {
        return catchingUp || takesWholeFrames(nowNs) != wholeFrames || slot() != layerSlot;
    }

    /** Bits a second that the player's way carries; {@link Long#MAX_VALUE} while unknown. */
    public long estimateBps() {
        long measuredBps = way == null ? Long.MAX_VALUE : way.estimateBps();
        return measuredBps != Long.MAX_VALUE ? measuredBps : feedback.reportedBps();
    }

    private boolean keepsUp(long nowNs) {
        return way != null && way.keepsUp(nowNs);
    }

    /** Another pair of addresses was nominated. */
    void onWayChanged() {
        if (way != null) {
            way.onChanged();
        }
        feedback.onWayChanged();
    }

    void onConnected(long nowNs) {
        feedback.onConnected(nowNs);
        nextReportNs = nowNs + REPORT_INTERVAL_NS;
    }

    /** Whether the last run left packets unread. */
    boolean hasMore() {
        return !leftToSink && leftSome();
    }

    private boolean leftSome() {
        for (PlayerTrack track : tracks) {
            if (track.hasMore()) {
                return true;
            }
        }
        return false;
    }

    /** What is left goes on as soon as the player's TCP connection takes it, not with its group. */
    public void waitForService(Peer peer, PeerSink sink) {
        if (!waitsForService) {
            waitsForService = true;
            sink.onLeft(peer);
        }
    }

    void onServed() {
        waitsForService = false;
    }

    /** When a run finds room for what the last one left unread: at once, or when what was sent has left a narrow way. */
    long resumeNs(long nowNs) {
        return way == null ? nowNs : way.resumeNs(nowNs);
    }

    /**
     * Sends what is new in the logs.
     *
     * @param wholeFrames whether to take only what the writer has released
     * @return packets sent
     */
    int run(Publication current, boolean wholeFrames, Peer peer, long nowNs, PeerSink loop) {
        PeerSink sink = peer.tap() == null ? loop : peer.tap().onRun(current, wholeFrames, nowNs, loop);
        if (current != publication || layers.mustAttach(current)) {
            attach(current, nowNs, sink);
        }
        if (catchingUp) {
            prepareBursts(nowNs);
        } else if (layers.isDue(publication, nowNs)) {
            layers.update(publication, tracks, estimateBps(), keepsUp(nowNs), nowNs);
        }
        padded = 0;
        RemoteAddress to = peer.destination();
        leftToSink = to.isTcp() && !sink.takes(to);
        if (leftToSink) {
            // The logs are the queue.
            return 0;
        }
        feedback.sendTwins(tracks, peer, nowNs, sink);
        int sent = 0;
        if (way != null) {
            way.beginRun(!wholeFrames, nowNs);
        }
        for (PlayerTrack track : tracks) {
            sent += track.run(peer.srtp(), to, wholeFrames, nowNs, sink);
            if (track.takeLapped()) {
                onLapped(track, nowNs, sink);
            }
        }
        if (way != null) {
            endRun(peer, nowNs, sink);
        }
        if (sent > 0) {
            peer.onMedia(stream, nowNs);
        }
        if (to.isTcp() && leftSome() && resumeNs(nowNs) - nowNs <= 0) {
            leftToSink = true;
            waitForService(peer, sink);
        }
        if (catchingUp) {
            catchingUp = isAnyCatchingUp();
        }
        return sent;
    }

    private void endRun(Peer peer, long nowNs, PeerSink sink) {
        boolean behind = hasMore();
        way.endRun(behind, nowNs);
        int bytes = behind || catchingUp ? 0 : way.beginProbe(nowNs);
        if (bytes > 0) {
            for (PlayerTrack track : tracks) {
                if (track.isVideo()) {
                    padded += track.pad(bytes, peer, nowNs, sink);
                }
            }
            way.endProbe(nowNs);
        }
    }

    /** Packets that the last run sent besides those it returned. */
    int padded() {
        return padded;
    }

    private void attach(Publication next, long nowNs, PeerSink sink) {
        publication = next;
        layers.attach(next, estimateBps(), nowNs);
        for (PlayerTrack track : tracks) {
            if (track.attach(layers.source(next, track)) && track.isVideo()) {
                start(track, nowNs, sink);
            } else if (track.needsKeyFrame()) {
                track.keyFrames().ask(publication, track.source());
            }
        }
        catchingUp = isAnyCatchingUp();
    }

    private void start(PlayerTrack track, long nowNs, PeerSink sink) {
        int start = InstantStart.choose(track.source(), publication.keyFrames(), estimateBps(), nowNs);
        if ((start & InstantStart.BURST) != 0) {
            burst(track, nowNs, sink);
        }
        if ((start & InstantStart.REQUEST) != 0) {
            track.keyFrames().ask(publication, track.source());
        }
    }

    private static void burst(PlayerTrack track, long nowNs, PeerSink sink) {
        track.catchUp(nowNs);
        sink.counters().increment(Counter.INSTANT_STARTS);
    }

    private void prepareBursts(long nowNs) {
        for (PlayerTrack track : tracks) {
            if (track.isCatchingUp()) {
                track.prepareBurst(estimateBps(), nowNs);
            }
        }
    }

    private boolean isAnyCatchingUp() {
        for (PlayerTrack track : tracks) {
            if (track.isCatchingUp()) {
                return true;
            }
        }
        return false;
    }

    private void onLapped(PlayerTrack track, long nowNs, PeerSink sink) {
        sink.drop(DropReason.LAPPED);
        // Who reads slowly on purpose is lapped as often as he likes. A key frame that left just now is no help: what
        // follows it was left out.
        if (track.isVideo() && track.keyFrames().takeRequest(nowNs, sink)) {
            track.keyFrames().ask(publication, track.source());
        }
    }

    /** Some publishers answer no request (aiortc's H.264, many encoders): then an old key frame is better than none. */
    private void startWhereMissing(long nowNs, PeerSink sink) {
        for (PlayerTrack track : tracks) {
            if (!track.isWithoutStart()) {
                continue;
            }
            int start = InstantStart.choose(track.source(), publication.keyFrames(), estimateBps(), nowNs);
            if (start == InstantStart.BURST && track.mayCatchUp()) {
                burst(track, nowNs, sink);
                catchingUp = true;
            } else if (track.keyFrames().tryRequest(nowNs)) {
                track.keyFrames().ask(publication, track.source());
            }
        }
    }

    /** One decrypted compound RTCP packet. Returns 0 or a drop code. */
    int onRtcp(MemorySegment packet, long offset, int lengthBytes, long nowNs, Peer peer, PeerSink sink) {
        return feedback.onRtcp(packet, offset, lengthBytes, tracks, way, publication, nowNs, peer, sink);
    }

    void onTimeout(long nowNs, Peer peer, PeerSink sink) {
        if (nowNs - nextReportNs >= 0) {
            nextReportNs = nowNs + REPORT_INTERVAL_NS;
            if (way != null) {
                way.onTimeout(sink.lateNs(), nowNs);
            }
            reports.write(tracks, nowNs, peer, sink, false);
            PlayerReports.tell(tracks, estimateBps(), peer.stats());
            if (publication != null) {
                startWhereMissing(nowNs, sink);
            }
            if (publication != null && !catchingUp) {
                int before = slot();
                layers.onTimeout(publication, tracks, estimateBps(), keepsUp(nowNs), nowNs);
                if (slot() != before) {
                    // Of the layer before there may be no news any more, by which its group would find out.
                    sink.onLayerChanged(peer);
                }
            }
        }
    }

    void writeBye(long nowNs, Peer peer, PeerSink sink) {
        reports.write(tracks, nowNs, peer, sink, true);
    }

    long deadlineNs() {
        return nextReportNs;
    }

    void close(Peer peer) {
        PlayerReports.tell(tracks, estimateBps(), peer.stats());
        for (PlayerTrack track : tracks) {
            track.detach();
        }
    }
}
