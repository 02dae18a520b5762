package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class SourceNetworkTest {
    @Test
    void shouldTakeAllAddressesOfAnIpv6NetworkForOne() throws UnknownHostException {
        assertEquals(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assertNotEquals(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    @Test
    void shouldTakeEachIpv4AddressForItself() throws UnknownHostException {
        assertEquals(of("192.0.2.1"), of("192.0.2.1"));
        assertNotEquals(of("192.0.2.1"), of("192.0.2.2"));
    }

    private static InetAddress of(String address) throws UnknownHostException {
        return SourceNetwork.of(InetAddress.getByName(address));
    }
}
