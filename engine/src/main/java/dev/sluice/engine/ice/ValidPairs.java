package dev.sluice.engine.ice;

import dev.sluice.engine.buffer.RemoteAddress;

/**
 * The remote addresses that passed an authenticated check, each with the local address it talks to: the valid list of
 * RFC 8445 section 6.1.2.1, bounded, and which of them is selected. Confined to one media loop.
 *
 * <p>A pair stays at its index until it is replaced or one is removed. When full, the unselected pair whose last check is the oldest makes
 * room, so that a remote that walks through addresses or ports costs no memory.
 */
final class ValidPairs {
    /** More than any client uses at a time: each of its addresses of a family against each of ours. */
    static final int CAPACITY = 16;

    private final RemoteAddress[] remotes = new RemoteAddress[CAPACITY];
    private final long[] lastChecksNs = new long[CAPACITY];
    private int size;
    private int selected = -1;
    private RemoteAddress replaced;

    int size() {
        return size;
    }

    /** Index of a pair, or −1. Looks at the selected one first, from which most datagrams come. */
    int indexOf(long high, long low, int port, int localIndex) {
        if (selected >= 0 && remotes[selected].matches(high, low, port, localIndex)) {
            return selected;
        }
        for (int i = 0; i < size; i++) {
            if (remotes[i].matches(high, low, port, localIndex)) {
                return i;
            }
        }
        return -1;
    }

    RemoteAddress at(int index) {
        return remotes[index];
    }

    /** Adds a pair that is not there yet and returns its index. */
    int add(RemoteAddress remote, long nowNs) {
        int index = size < CAPACITY ? size++ : oldestUnselected(nowNs);
        replaced = remotes[index];
        remotes[index] = remote;
        return index;
    }

    /**
     * Takes a pair out; the last one moves to its place. Of a selected one the role goes to the latest checked.
     *
     * @param sinceNs earlier checks do not count
     */
    void remove(int index, long sinceNs) {
        size--;
        remotes[index] = remotes[size];
        lastChecksNs[index] = lastChecksNs[size];
        remotes[size] = null;
        if (selected == index) {
            selected = latest(sinceNs);
        } else if (selected == size) {
            selected = index;
        }
    }

    private int latest(long sinceNs) {
        int latest = -1;
        for (int i = 0; i < size; i++) {
            if (lastChecksNs[i] - (latest < 0 ? sinceNs : lastChecksNs[latest]) > 0) {
                latest = i;
            }
        }
        return latest;
    }

    void onCheck(int index, long nowNs) {
        lastChecksNs[index] = nowNs;
    }

    /** When a pair's last check came. */
    long checkedNs(int index) {
        return lastChecksNs[index];
    }

    /** Age of a pair's last check. */
    long idleNs(int index, long nowNs) {
        return nowNs - lastChecksNs[index];
    }

    int selected() {
        return selected;
    }

    void select(int index) {
        selected = index;
    }

    /** What the last {@code add} pushed out, or null. */
    RemoteAddress replaced() {
        return replaced;
    }

    private int oldestUnselected(long nowNs) {
        int oldest = -1;
        for (int i = 0; i < CAPACITY; i++) {
            if (i != selected && (oldest < 0 || idleNs(i, nowNs) > idleNs(oldest, nowNs))) {
                oldest = i;
            }
        }
        return oldest;
    }
}
