package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.LoopCounters;

/**
 * A sink that gives to another one what its subclass does not take. A sink takes no sink as an argument, so that one is kept while
 * the call lasts to which it was given. Confined to one media loop.
 */
abstract class PeerSinkAround implements PeerSink {
    /** Of the present call. */
    PeerSink loop;

    @Override
    public EgressBatch egress(int datagrams) {
        return loop.egress(datagrams);
    }

    @Override
    public long startRun(long atNs) {
        return loop.startRun(atNs);
    }

    @Override
    public void onLeft(Peer player) {
        loop.onLeft(player);
    }

    @Override
    public void onLayerChanged(Peer player) {
        loop.onLayerChanged(player);
    }

    @Override
    public LoopCounters counters() {
        return loop.counters();
    }

    @Override
    public void onAddress(Peer of, RemoteAddress known) {
        loop.onAddress(of, known);
    }

    @Override
    public void onAddressGone(Peer of, RemoteAddress gone) {
        loop.onAddressGone(of, gone);
    }

    @Override
    public void onUfrag(Peer of, long key) {
        loop.onUfrag(of, key);
    }

    @Override
    public void onUfragGone(long key) {
        loop.onUfragGone(key);
    }

    @Override
    public void onConnected(Peer of) {
        loop.onConnected(of);
    }

    @Override
    public void onSilence(Peer of, boolean silent) {
        loop.onSilence(of, silent);
    }

    @Override
    public void onRepublished(Peer of) {
        loop.onRepublished(of);
    }

    @Override
    public void onFailure(Peer of, RuntimeException error) {
        loop.onFailure(of, error);
    }

    @Override
    public void onEnded(Peer of, PeerEnd end) {
        loop.onEnded(of, end);
    }
}
