package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Stands for a loop: keeps what peers say and send. Confined to one test. */
final class TestSink implements PeerSink, Doorbell {
    private long spentNs;
    private final EgressBatch egress = new EgressBatch(Arena.ofAuto());
    private final LoopCounters counters = new LoopCounters();
    final Fanout fanout = new Fanout(this);
    final Map<DropReason, Integer> drops = new EnumMap<>(DropReason.class);
    final Map<Peer, PeerEnd> ended = new java.util.HashMap<>();
    final List<Peer> connected = new ArrayList<>();
    final List<Boolean> silences = new ArrayList<>();
    int republished;
    int rings;
    int keyFrameRings;
    /** What each run of a player takes of time, and how late the loop is. */
    long runNs;

    /** Runs of players for which there is room in the socket. */
    int runsUntilFull = Integer.MAX_VALUE;

    long lateNs;
    /** Takes what is flushed; null lets it go. */
    Flush onFlush;

    interface Flush {
        void onDatagrams(EgressBatch batch);
    }

    @Override
    public EgressBatch egress(int datagrams) {
        if (!egress.hasRoom(datagrams)) {
            flush();
        }
        return egress;
    }

    @Override
    public long startRun(long nowNs) {
        spentNs += runNs;
        if (runsUntilFull <= 0) {
            return FULL;
        }
        runsUntilFull--;
        return mediaEgress() == null ? FULL : nowNs + spentNs;
    }

    @Override
    public long lateNs() {
        return lateNs;
    }

    @Override
    public EgressBatch mediaEgress() {
        return egress(1);
    }

    void flush() {
        if (onFlush != null) {
            onFlush.onDatagrams(egress);
        }
        egress.clear();
    }

    @Override
    public LoopCounters counters() {
        return counters;
    }

    @Override
    public void drop(DropReason reason) {
        drops.merge(reason, 1, Integer::sum);
    }

    @Override
    public void onLayerChanged(Peer player) {
        fanout.move(player, 1L << 62);
    }

    @Override
    public void onAddress(Peer peer, RemoteAddress address) {}

    @Override
    public void onAddressGone(Peer peer, RemoteAddress address) {}

    @Override
    public void onUfrag(Peer peer, long key) {}

    @Override
    public void onUfragGone(long key) {}

    @Override
    public void onConnected(Peer peer) {
        connected.add(peer);
        if (peer.player() != null) {
            // Later than any sign of a narrow way.
            fanout.add(peer, 1L << 62);
        }
    }

    @Override
    public void onSilence(Peer peer, boolean silent) {
        silences.add(silent);
    }

    @Override
    public void onRepublished(Peer peer) {
        republished++;
    }

    @Override
    public void onFailure(Peer peer, RuntimeException error) {
        throw error;
    }

    @Override
    public void onEnded(Peer peer, PeerEnd end) {
        ended.put(peer, end);
        if (peer.player() != null) {
            fanout.remove(peer);
        }
    }

    @Override
    public void ringForKeyFrame() {
        keyFrameRings++;
    }

    @Override
    public void ring() {
        rings++;
    }
}
