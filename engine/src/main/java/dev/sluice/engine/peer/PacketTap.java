package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.record.EventKind;
import dev.sluice.engine.record.EventRing;
import dev.sluice.engine.record.RecordedEvent;
import dev.sluice.engine.record.StateImage;
import dev.sluice.engine.sdp.PublishTrack;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;

/**
 * Stands between a recorded peer and its loop: notes what is brought to the peer, what it asks the loop for and what it sends,
 * before that is encrypted. A replay puts the same class between the peer and what was noted, and compares. Allocates nothing,
 * waits for nothing. Confined to one media loop.
 */
public final class PacketTap extends PeerSinkAround {
    private static final Set<Class<?>> OUTSIDE =
            Set.of(LiveStream.class, LogMemory.class, Doorbell.class, Runnable.class);

    private final EventRing ring;
    private final int source;
    private final Peer peer;
    /** Whether the player's publisher is on another loop: then it is noted what the player saw of the logs. */
    private final boolean far;
    /** Whose publications the recorded player plays; without one each other publication ends the replay. */
    private final Publisher publisher;

    private long nowNs;
    private int requestsForRoom;
    private RemoteAddress address;
    private Publication publication;
    private LayerPoint layer;
    private boolean starving;
    private final long[] keyFrameRequests = new long[PublishTrack.MAX_LAYERS + 1];
    private final boolean[] read = new boolean[PublishTrack.MAX_LAYERS + 1];

    /**
     * @param publisher that is recorded with the player, or null
     * @param far whether it is on another loop
     */
    public PacketTap(EventRing ring, Peer peer, Publisher publisher, boolean far) {
        this.ring = ring;
        this.publisher = publisher;
        this.source = peer.player() != null ? RecordedEvent.PLAYER : RecordedEvent.PUBLISHER;
        this.peer = peer;
        this.far = far;
        Arrays.fill(keyFrameRequests, -1);
        if (peer.player() != null) {
            publication = peer.player().publication();
        }
    }

    /** An image that takes what a peer's media side knows and nothing of loops, streams and keys. Takes too long for a loop. */
    public static StateImage newImage() {
        StateImage image = new StateImage(OUTSIDE);
        image.prepare(Publisher.class);
        image.prepare(Player.class);
        return image;
    }

    /** Adds what the peer's media side knows now; false when there is no memory for that, and the image is worth nothing. */
    public static boolean addTo(StateImage image, Peer peer) {
        try {
            image.add(peer.player() != null ? peer.player() : peer.publisher());
            return true;
        } catch (OutOfMemoryError e) { // One recording less, and no more than that.
            return false;
        }
    }

    // ---- what is brought to the peer ---------------------------------------------------------------------------

    /** A decrypted packet. Returns the sink for what comes of it. */
    PeerSink onInbound(MemorySegment in, long offset, int lengthBytes, boolean rtcp, long atNs, PeerSink sink) {
        begin(atNs, sink);
        ring.putPacket(source, rtcp ? EventKind.RTCP_IN : EventKind.RTP_IN, atNs, in, offset, lengthBytes);
        return this;
    }

    /** The packet before was not taken, for this reason's code. */
    void onRefused(int code) {
        ring.put(source, EventKind.DROP, nowNs, code);
    }

    PeerSink onTimer(long atNs, PeerSink sink) {
        begin(atNs, sink);
        ring.put(source, EventKind.TIMER, atNs);
        return this;
    }

    void onTold(long atNs) {
        begin(atNs);
        ring.put(source, EventKind.TOLD, atNs);
    }

    PeerSink onRun(Publication current, boolean wholeFrames, long atNs, PeerSink sink) {
        begin(atNs, sink);
        if (current != publication) {
            publication = current;
            ring.put(source, isOwn(current) ? EventKind.PUBLICATION : EventKind.TAKEN_OVER, atNs);
        }
        ring.put(source, EventKind.RUN, atNs, wholeFrames ? 1 : 0);
        return this;
    }

    private boolean isOwn(Publication current) {
        return publisher != null && publisher.publication() == current;
    }

    void onConnected(long roundTripNs, int profile, long atNs) {
        begin(atNs);
        ring.put(source, EventKind.CONNECTED, atNs, roundTripNs, profile, 0, 0, 0);
    }

    /** The viewer chose. */
    public void onChoice(LayerChoice choice, long atNs) {
        ring.put(
                source,
                EventKind.CHOICE,
                atNs,
                choice.slot(),
                choice.spatial(),
                choice.temporal(),
                choice.maxWidth(),
                choice.maxHeight());
    }

    void onWayChanged(long atNs) {
        ring.put(source, EventKind.WAY_CHANGED, atNs);
    }

    /** Other tracks were negotiated. */
    public void onTracksChanged(long atNs) {
        ring.put(source, EventKind.TRACKS_CHANGED, atNs);
    }

    /** The peer ends; its last words follow. */
    PeerSink onEnd(long atNs, PeerSink sink) {
        begin(atNs, sink);
        ring.put(source, EventKind.ENDED, atNs);
        return this;
    }

    /** A call whose output goes to this sink. */
    private void begin(long atNs, PeerSink sink) {
        loop = sink;
        begin(atNs);
    }

    private void begin(long atNs) {
        nowNs = atNs;
        requestsForRoom = 0;
        RemoteAddress to = peer.destination();
        if (to != address && to != null) {
            address = to;
            ring.put(source, EventKind.ADDRESS, atNs, to.high(), to.low(), to.port(), to.localIndex(), 0);
        }
        if (peer.player() != null) {
            noteLayer();
        } else {
            noteWanted();
        }
    }

    /** What is sent has changed with the input before this one. */
    private void noteLayer() {
        LayerPoint sent = peer.player().layers().sent();
        boolean starves = peer.player().layers().isStarving();
        if (sent != layer || starves != starving) {
            layer = sent;
            starving = starves;
            ring.put(
                    source,
                    EventKind.LAYER,
                    nowNs,
                    sent == null ? -1 : sent.track().slot(),
                    sent == null ? -1 : sent.spatial(),
                    starves ? 1 : 0,
                    0,
                    0);
        }
    }

    /** Players of all loops ask for key frames and hold logs: what the publisher would see of that. */
    private void noteWanted() {
        Publication own = peer.publisher().publication();
        for (int i = 0; own != null && i < keyFrameRequests.length; i++) {
            PublishedTrack track = i == 0 ? own.audio() : own.slot(i - 1);
            if (track == null) {
                continue;
            }
            long requests = track.keyFrameRequests();
            boolean isRead = track.log().isRead();
            if (requests != keyFrameRequests[i] || isRead != read[i]) {
                keyFrameRequests[i] = requests;
                read[i] = isRead;
                ring.put(source, EventKind.WANTED, nowNs, i, requests, isRead ? 1 : 0, 0, 0);
            }
        }
    }

    // ---- what the peer asks the loop for, and sends -------------------------------------------------------------

    @Override
    public void onClear(MemorySegment segment, long at, int lengthBytes, boolean rtcp) {
        ring.putPacket(source, rtcp ? EventKind.RTCP_OUT : EventKind.RTP_OUT, nowNs, segment, at, lengthBytes);
    }

    @Override
    public void onRepeated(int sequence) {
        ring.put(source, EventKind.REPEATED, nowNs, sequence);
    }

    @Override
    public long readTo(PublishedTrack track, boolean wholeFrames) {
        long position = loop.readTo(track, wholeFrames);
        if (far) {
            ring.put(source, EventKind.READ_TO, nowNs, position);
        }
        return position;
    }

    @Override
    public EgressBatch mediaEgress() {
        EgressBatch batch = loop.mediaEgress();
        if (batch == null) {
            ring.put(source, EventKind.NO_ROOM, nowNs, requestsForRoom);
        }
        requestsForRoom++;
        return batch;
    }

    @Override
    public boolean takes(RemoteAddress to) {
        boolean takes = loop.takes(to);
        ring.put(source, EventKind.TAKES, nowNs, takes ? 1 : 0);
        return takes;
    }

    @Override
    public long lateNs() {
        long lateNs = loop.lateNs();
        ring.put(source, EventKind.LATE, nowNs, lateNs);
        return lateNs;
    }

    @Override
    public void drop(DropReason reason) {
        ring.put(source, EventKind.DROP, nowNs, reason.code());
        loop.drop(reason);
    }
}
