package dev.sluice.signaling.access;

import dev.sluice.signaling.config.AddressRange;
import dev.sluice.signaling.config.ConfigFile;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;

/** Takes X-Forwarded-For and -Proto from trusted proxies only. Safe for many threads. */
public final class Proxies {
    private final Supplier<List<AddressRange>> trusted;

    /** @param trusted which ranges are, whenever it is asked */
    public Proxies(Supplier<List<AddressRange>> trusted) {
        this.trusted = trusted;
    }

    public boolean isTrusted(InetAddress address) {
        for (AddressRange range : trusted.get()) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The client's address: the last one in X-Forwarded-For that is no trusted proxy. What stands left of it is the client's own
     * claim and does not count.
     *
     * @param forwardedFor null when absent
     */
    public InetAddress source(InetAddress peer, String forwardedFor) {
        InetAddress source = peer;
        if (forwardedFor == null) {
            return source;
        }
        String[] hops = forwardedFor.split(",", -1);
        for (int i = hops.length - 1; i >= 0 && isTrusted(source); i--) {
            InetAddress hop = parse(hops[i].strip());
            if (hop == null) {
                return source;
            }
            source = hop;
        }
        return source;
    }

    /** @param forwardedProto null when absent */
    public String scheme(InetAddress peer, String scheme, String forwardedProto) {
        boolean known = "https".equalsIgnoreCase(forwardedProto) || "http".equalsIgnoreCase(forwardedProto);
        return known && isTrusted(peer) ? forwardedProto.toLowerCase(java.util.Locale.ROOT) : scheme;
    }

    private static InetAddress parse(String text) {
        String host = text.startsWith("[") && text.indexOf(']') > 0 ? text.substring(1, text.indexOf(']')) : text;
        if (host.matches("[0-9.]+:[0-9]+")) {
            host = host.substring(0, host.indexOf(':'));
        }
        try {
            return ConfigFile.parseAddress(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
