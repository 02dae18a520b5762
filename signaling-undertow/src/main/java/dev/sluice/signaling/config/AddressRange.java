package dev.sluice.signaling.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A range of IP addresses in CIDR form, {@code 10.0.0.0/8}, or a single address. Immutable. */
public final class AddressRange {
    private final byte[] network;
    private final int prefixBits;

    private AddressRange(byte[] network, int prefixBits) {
        this.network = network;
        this.prefixBits = prefixBits;
    }

    /** @throws IllegalArgumentException with what was expected */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        if (!host.matches("[0-9.]+|[0-9A-Fa-f:.]+:[0-9A-Fa-f:.]*")) {
            throw new IllegalArgumentException("\"" + text + "\" is not an address or range, such as 10.0.0.0/8");
        }
        try {
            byte[] network = InetAddress.getByName(host).getAddress();
            int max = network.length * 8;
            String bits = slash < 0 ? Integer.toString(max) : text.substring(slash + 1);
            if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > max) {
                throw new IllegalArgumentException("\"" + text + "\": expected a prefix of 0 to " + max + " bits");
            }
            return new AddressRange(network, Integer.parseInt(bits));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not an address or range, such as 10.0.0.0/8", e);
        }
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((bytes[bit >> 3] & mask) != (network[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefixBits;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
