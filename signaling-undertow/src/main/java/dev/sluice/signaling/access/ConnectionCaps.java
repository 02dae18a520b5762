package dev.sluice.signaling.access;

import dev.sluice.engine.MediaEngine;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts connections, in all and per source. Loopback, this host's own addresses and trusted proxies are exempt from the cap
 * per source, never from the one in all. Safe for many threads.
 */
public final class ConnectionCaps {
    private final int inAll;
    private final int perSource;
    private final Proxies proxies;
    private final Set<InetAddress> own = ownAddresses();
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> bySource = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();

    public ConnectionCaps(int inAll, int perSource, Proxies proxies) {
        this.inAll = inAll;
        this.perSource = perSource;
        this.proxies = proxies;
    }

    /** What gives the connection's place back, idempotent; null when there is no place for it. */
    public Runnable enter(InetAddress source) {
        if (open.incrementAndGet() > inAll) {
            open.decrementAndGet();
            refused.increment();
            return null;
        }
        // Decided once: the trusted proxies may be others when it leaves.
        InetAddress counted = isExempt(source) ? null : MediaEngine.sourceOf(source);
        if (counted != null && !count(counted)) {
            open.decrementAndGet();
            refused.increment();
            return null;
        }
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                leave(counted);
            }
        };
    }

    private boolean count(InetAddress counted) {
        boolean[] full = new boolean[1];
        bySource.compute(counted, (address, count) -> {
            int now = count == null ? 0 : count;
            full[0] = now >= perSource;
            return full[0] ? count : Integer.valueOf(now + 1);
        });
        return !full[0];
    }

    private void leave(InetAddress counted) {
        open.decrementAndGet();
        if (counted != null) {
            bySource.computeIfPresent(counted, (address, count) -> count <= 1 ? null : Integer.valueOf(count - 1));
        }
    }

    public int open() {
        return open.get();
    }

    public long refused() {
        return refused.sum();
    }

    private boolean isExempt(InetAddress source) {
        return source.isLoopbackAddress() || own.contains(source) || proxies.isTrusted(source);
    }

    private static Set<InetAddress> ownAddresses() {
        try {
            Set<InetAddress> addresses = new HashSet<>();
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .forEach(addresses::add);
            return addresses;
        } catch (SocketException e) {
            return Set.of();
        }
    }
}
