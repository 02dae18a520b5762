package dev.sluice.signaling.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.sluice.signaling.config.AddressRange;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {
    private final Proxies proxies =
            new Proxies(() -> List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("2001:db8::/32")));

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1,     '203.0.113.9',                 203.0.113.9",
        "10.0.0.1,     '1.1.1.1, 203.0.113.9',        203.0.113.9",
        "10.0.0.1,     '203.0.113.9, 10.0.0.2',       203.0.113.9",
        "2001:db8::1,  '[2001:db9::7]:4711',          2001:db9:0:0:0:0:0:7",
        "10.0.0.1,     '203.0.113.9:555',             203.0.113.9",
        "10.0.0.1,     'unknown',                     10.0.0.1",
        "10.0.0.1,     'example.com',                 10.0.0.1",
        "10.0.0.1,     '',                            10.0.0.1",
        "192.0.2.1,    '203.0.113.9',                 192.0.2.1",
        "11.0.0.1,     '203.0.113.9',                 11.0.0.1",
    })
    void shouldBelieveTrustedProxiesOnly(String peer, String forwardedFor, String source) throws Exception {
        assertEquals(
                source,
                proxies.source(InetAddress.getByName(peer), forwardedFor).getHostAddress());
    }

    @Test
    void shouldTakeTheSchemeFromTrustedProxiesOnly() throws Exception {
        InetAddress trusted = InetAddress.getByName("10.9.9.9");
        InetAddress other = InetAddress.getByName("192.0.2.1");
        assertEquals("https", proxies.scheme(trusted, "http", "HTTPS"));
        assertEquals("http", proxies.scheme(trusted, "http", "gopher"));
        assertEquals("http", proxies.scheme(trusted, "http", null));
        assertEquals("http", proxies.scheme(other, "http", "https"));
    }

    @Test
    void shouldCapEachSourceButNotLoopbackOrProxies() throws Exception {
        ConnectionCaps caps = new ConnectionCaps(6, 2, proxies);
        InetAddress stranger = InetAddress.getByName("192.0.2.1");
        InetAddress proxy = InetAddress.getByName("10.0.0.1");
        assertNotNull(caps.enter(stranger));
        Runnable leave = caps.enter(stranger);
        assertNull(caps.enter(stranger));
        assertNotNull(caps.enter(InetAddress.getByName("192.0.2.2")));
        assertNotNull(caps.enter(proxy));
        assertNotNull(caps.enter(proxy));
        assertNotNull(caps.enter(InetAddress.getLoopbackAddress()));
        assertNull(caps.enter(InetAddress.getLoopbackAddress()));
        assertEquals(6, caps.open());
        assertEquals(2, caps.refused());
        leave.run();
        leave.run();
        assertNotNull(caps.enter(stranger));
        assertNull(caps.enter(stranger));
    }

    @Test
    void shouldTakeAnIpv6NetworkForOneSource() throws Exception {
        ConnectionCaps caps = new ConnectionCaps(6, 2, proxies);
        assertNotNull(caps.enter(InetAddress.getByName("2001:db9:1:2::1")));
        Runnable leave = caps.enter(InetAddress.getByName("2001:db9:1:2::2"));
        assertNull(caps.enter(InetAddress.getByName("2001:db9:1:2:ffff::3")));
        assertNotNull(caps.enter(InetAddress.getByName("2001:db9:1:3::1")));
        leave.run();
        assertNotNull(caps.enter(InetAddress.getByName("2001:db9:1:2:ffff::3")));
    }

    @Test
    void shouldNotTakeAnExemptMemberOfANetworkForOneThatCounts() throws Exception {
        ConnectionCaps caps = new ConnectionCaps(6, 1, proxies);
        InetAddress trusted = InetAddress.getByName("2001:db8::1");
        InetAddress stranger = InetAddress.getByName("10.1.1.1");
        assertNotNull(caps.enter(trusted));
        caps.enter(trusted).run();
        assertNotNull(caps.enter(stranger));
    }

    @Test
    void shouldGiveBackWhatWasTakenWhateverIsTrustedMeanwhile() throws Exception {
        AtomicReference<List<AddressRange>> trusted = new AtomicReference<>(List.of());
        ConnectionCaps caps = new ConnectionCaps(6, 1, new Proxies(trusted::get));
        InetAddress proxy = InetAddress.getByName("192.0.2.1");
        Runnable counted = caps.enter(proxy);
        trusted.set(List.of(AddressRange.parse("192.0.2.1/32")));
        counted.run();
        Runnable exempt = caps.enter(proxy);
        trusted.set(List.of());
        Runnable only = caps.enter(proxy);
        assertNotNull(only, "the first one has left");
        exempt.run();
        assertNull(caps.enter(proxy), "the exempt one gave nothing back");
        only.run();
        assertEquals(0, caps.open());
    }
}
