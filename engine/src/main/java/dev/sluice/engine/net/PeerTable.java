package dev.sluice.engine.net;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.peer.Peer;

/**
 * Which peer a datagram belongs to: by source address once a check from there was authenticated, by ICE user name
 * fragment before. Confined to one media loop.
 *
 * <p>Open addressing with linear probing over primitive keys, so a look-up allocates nothing and touches one or two
 * cache lines.
 */
final class PeerTable {
    private static final int INITIAL_CAPACITY = 256;
    /** Longer than browsers let pass between two checks of a pair (2.5 s). */
    private static final long OWNED_NS = 5_000_000_000L;

    private final long secret;
    private RemoteAddress[] addresses = new RemoteAddress[INITIAL_CAPACITY];
    private Peer[] byAddress = new Peer[INITIAL_CAPACITY];
    private int addressCount;

    private long[] ufrags = new long[INITIAL_CAPACITY];
    private Peer[] byUfrag = new Peer[INITIAL_CAPACITY];
    private int ufragCount;

    /** @param secret random: who knows it not cannot choose addresses that all fall into one place */
    PeerTable(long secret) {
        this.secret = secret;
    }

    /** The peer that owns this source address, or null. */
    Peer find(long high, long low, int port, int localIndex) {
        int mask = addresses.length - 1;
        int slot = hash(high, low, port, localIndex) & mask;
        while (addresses[slot] != null) {
            if (addresses[slot].matches(high, low, port, localIndex)) {
                return byAddress[slot];
            }
            slot = slot + 1 & mask;
        }
        return null;
    }

    /**
     * A check of this peer's from there was authenticated. A source address can be forged: another peer whose checks still come
     * from there keeps it.
     */
    void offer(RemoteAddress address, Peer peer, long nowNs) {
        Peer owner = find(address.high(), address.low(), address.port(), address.localIndex());
        if (owner == null || owner == peer || !isChecked(owner, address, nowNs)) {
            put(address, peer);
        }
    }

    private static boolean isChecked(Peer owner, RemoteAddress address, long nowNs) {
        long checkedNs = owner.ice().checkedNs(address);
        return checkedNs != Long.MIN_VALUE && nowNs - checkedNs < OWNED_NS;
    }

    /** Gives the address to the peer, whoever had it before: its newest check was authenticated. */
    void put(RemoteAddress address, Peer peer) {
        if (addressCount * 2 >= addresses.length) {
            growAddresses();
        }
        int mask = addresses.length - 1;
        int slot = hash(address) & mask;
        while (addresses[slot] != null && !addresses[slot].equals(address)) {
            slot = slot + 1 & mask;
        }
        if (addresses[slot] == null) {
            addressCount++;
        }
        addresses[slot] = address;
        byAddress[slot] = peer;
    }

    /** Takes the address from the peer, if it is still the peer's. */
    void remove(RemoteAddress address, Peer peer) {
        int mask = addresses.length - 1;
        int slot = hash(address) & mask;
        while (addresses[slot] != null) {
            if (addresses[slot].equals(address)) {
                if (byAddress[slot] == peer) {
                    deleteAddress(slot);
                }
                return;
            }
            slot = slot + 1 & mask;
        }
    }

    /** The peer with this key of its local user name fragment, or null. */
    Peer findByUfrag(long key) {
        int mask = ufrags.length - 1;
        int slot = hash(key) & mask;
        while (byUfrag[slot] != null) {
            if (ufrags[slot] == key) {
                return byUfrag[slot];
            }
            slot = slot + 1 & mask;
        }
        return null;
    }

    void putUfrag(long key, Peer peer) {
        if (ufragCount * 2 >= ufrags.length) {
            growUfrags();
        }
        int mask = ufrags.length - 1;
        int slot = hash(key) & mask;
        while (byUfrag[slot] != null && ufrags[slot] != key) {
            slot = slot + 1 & mask;
        }
        if (byUfrag[slot] == null) {
            ufragCount++;
        }
        ufrags[slot] = key;
        byUfrag[slot] = peer;
    }

    void removeUfrag(long key) {
        int mask = ufrags.length - 1;
        int slot = hash(key) & mask;
        while (byUfrag[slot] != null) {
            if (ufrags[slot] == key) {
                deleteUfrag(slot);
                return;
            }
            slot = slot + 1 & mask;
        }
    }

    int addressCount() {
        return addressCount;
    }

    int ufragCount() {
        return ufragCount;
    }

    /** Closes the gap by moving followers back, so that no tombstones pile up under churn. */
    private void deleteAddress(int gap) {
        int mask = addresses.length - 1;
        int slot = gap;
        while (true) {
            slot = slot + 1 & mask;
            if (addresses[slot] == null) {
                break;
            }
            int home = hash(addresses[slot]) & mask;
            if ((slot - home & mask) >= (slot - gap & mask)) {
                addresses[gap] = addresses[slot];
                byAddress[gap] = byAddress[slot];
                gap = slot;
            }
        }
        addresses[gap] = null;
        byAddress[gap] = null;
        addressCount--;
    }

    private void deleteUfrag(int gap) {
        int mask = ufrags.length - 1;
        int slot = gap;
        while (true) {
            slot = slot + 1 & mask;
            if (byUfrag[slot] == null) {
                break;
            }
            int home = hash(ufrags[slot]) & mask;
            if ((slot - home & mask) >= (slot - gap & mask)) {
                ufrags[gap] = ufrags[slot];
                byUfrag[gap] = byUfrag[slot];
                gap = slot;
            }
        }
        byUfrag[gap] = null;
        ufragCount--;
    }

    private void growAddresses() {
        RemoteAddress[] oldAddresses = addresses;
        Peer[] oldPeers = byAddress;
        addresses = new RemoteAddress[oldAddresses.length * 2];
        byAddress = new Peer[addresses.length];
        addressCount = 0;
        for (int i = 0; i < oldAddresses.length; i++) {
            if (oldAddresses[i] != null) {
                put(oldAddresses[i], oldPeers[i]);
            }
        }
    }

    private void growUfrags() {
        long[] oldUfrags = ufrags;
        Peer[] oldPeers = byUfrag;
        ufrags = new long[oldUfrags.length * 2];
        byUfrag = new Peer[ufrags.length];
        ufragCount = 0;
        for (int i = 0; i < oldPeers.length; i++) {
            if (oldPeers[i] != null) {
                putUfrag(oldUfrags[i], oldPeers[i]);
            }
        }
    }

    private int hash(RemoteAddress address) {
        return hash(address.high(), address.low(), address.port(), address.localIndex());
    }

    private int hash(long high, long low, int port, int localIndex) {
        return hash(mix(mix(high ^ secret) ^ low) ^ ((long) localIndex << 16 | port));
    }

    private int hash(long key) {
        return (int) (mix(key ^ secret) >>> 32);
    }

    /** MurmurHash3's finaliser: every bit of the input moves every bit of the result. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51_afd7_ed55_8ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ce_b9fe_1a85_ec53L;
        return mixed ^ mixed >>> 33;
    }
}
