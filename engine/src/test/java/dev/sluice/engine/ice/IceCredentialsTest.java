package dev.sluice.engine.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.stun.Stun;
import dev.sluice.engine.stun.StunTestClient;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IceCredentialsTest {
    @Test
    void shouldBeLongEnoughAndDistinctWhenGenerated() {
        SecureRandom random = new SecureRandom();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            IceCredentials credentials = IceCredentials.generate(random);
            assertTrue(credentials.ufrag().matches("[A-Za-z0-9+/]{8}"));
            assertTrue(credentials.password().matches("[A-Za-z0-9+/]{24}"));
            assertTrue(seen.add(credentials.ufrag()));
            assertTrue(seen.add(credentials.password()));
        }
    }

    @Test
    void shouldHaveTheKeyThatACheckShowsWhenItNamesThem() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 100; i++) {
            IceCredentials credentials = IceCredentials.generate(random);
            byte[] check = new StunTestClient(credentials.ufrag(), credentials.password(), "cLnt").check();
            assertTrue(credentials.key() >= 0);
            assertEquals(credentials.key(), Stun.localUfragKey(MemorySegment.ofArray(check), 0, check.length));
        }
    }

    @Test
    void shouldTakeAnyLengthOfTheRfcWhenGiven() {
        new IceCredentials("u".repeat(4), "p".repeat(22));
        IceCredentials longest = new IceCredentials("u".repeat(256), "p".repeat(256));
        assertThrows(IllegalStateException.class, longest::key);
    }

    @Test
    void shouldRefuseWhenLengthOrCharactersAreNotIce() {
        String password = "p".repeat(24);
        for (String ufrag : new String[] {"", "abc", "u".repeat(257), "abc def", "abcd:", "abcä", "ab\r\ncd"}) {
            assertThrows(IllegalArgumentException.class, () -> new IceCredentials(ufrag, password));
        }
        for (String wrong : new String[] {"", "p".repeat(21), "p".repeat(257), password + "="}) {
            assertThrows(IllegalArgumentException.class, () -> new IceCredentials("abcd", wrong));
        }
    }

    @Test
    void shouldNotShowThePasswordWhenPrinted() {
        IceCredentials credentials = IceCredentials.generate(new SplittableRandom(1));
        assertFalse(credentials.toString().contains(credentials.password()));
    }
}
