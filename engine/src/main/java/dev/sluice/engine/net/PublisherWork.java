package dev.sluice.engine.net;

import dev.sluice.engine.peer.Peer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a loop does for its publishers beside taking their packets: lets what was held go when its time has come, and asks for
 * key frames. Looks at those alone that have something under way, for there may be a thousand. Confined to one media loop,
 * {@link #onKeyFrameWanted} excepted.
 */
final class PublisherWork {
    private final List<Peer> publishers = new ArrayList<>();
    private final List<Peer> busy = new ArrayList<>();
    private volatile boolean keyFrameWanted;

    void add(Peer peer) {
        publishers.add(peer);
    }

    void remove(Peer peer) {
        publishers.remove(peer);
        if (peer.publisher().isBusy()) {
            busy.remove(peer);
        }
    }

    boolean isEmpty() {
        return publishers.isEmpty();
    }

    List<Peer> publishers() {
        return publishers;
    }

    /** A datagram of a publisher was taken in. */
    void onInput(Peer peer) {
        if (!peer.publisher().isBusy() && !peer.isEnded()) {
            peer.publisher().setBusy(true);
            busy.add(peer);
        }
    }

    /** A player waits for a key frame of somebody here. Safe for many threads. */
    void onKeyFrameWanted() {
        keyFrameWanted = true;
    }

    /** Whether somebody has to be asked at once. */
    boolean isPending() {
        return keyFrameWanted;
    }

    /** Once per duty cycle, after the receive. */
    void run(long nowNs, MediaLoop loop) {
        for (int i = busy.size() - 1; i >= 0; i--) {
            Peer peer = busy.get(i);
            try {
                peer.tellReaders(nowNs);
                if (peer.publisher().holdLeftNs(nowNs) == Long.MAX_VALUE) {
                    busy.remove(i);
                    peer.publisher().setBusy(false);
                }
            } catch (RuntimeException e) {
                loop.onFailure(peer, e);
            }
        }
        if (keyFrameWanted) {
            keyFrameWanted = false;
            askForKeyFrames(nowNs, loop);
        }
    }

    /** Who was asked just now is asked again by its own timer. */
    private void askForKeyFrames(long nowNs, MediaLoop loop) {
        for (int i = publishers.size() - 1; i >= 0; i--) {
            Peer peer = publishers.get(i);
            try {
                if (peer.isConnected() && peer.publisher().wantsKeyFrameRequest(nowNs)) {
                    peer.onTimeout(nowNs, loop);
                }
            } catch (RuntimeException e) {
                loop.onFailure(peer, e);
            }
        }
    }

    /** Nanoseconds until something is held no longer; at most 0 when it is due. */
    long holdLeftNs(long nowNs) {
        long leastNs = Long.MAX_VALUE;
        for (int i = 0; i < busy.size(); i++) {
            leastNs = Math.min(leastNs, busy.get(i).publisher().holdLeftNs(nowNs));
        }
        return leastNs;
    }
}
