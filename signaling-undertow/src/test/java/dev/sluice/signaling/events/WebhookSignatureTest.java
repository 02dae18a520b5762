package dev.sluice.signaling.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.signaling.config.EventFilter;
import dev.sluice.signaling.config.WebhookConfig;
import java.net.URI;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {

    /** A vector that receivers' libraries are tested with. */
    @Test
    void shouldSignAsTheSpecificationSays() {
        byte[] key = new WebhookConfig(URI.create("http://x"), HookServer.SECRET, EventFilter.ALL).key();
        assertEquals(
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                WebhookSignature.of(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}"));
    }
}
