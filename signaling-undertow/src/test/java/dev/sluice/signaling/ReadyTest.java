package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.http.Readiness;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyTest {

    @Test
    void shouldTakeSessionsWhileNothingIsWrong() throws Exception {
        try (TestServer server = new TestServer()) {
            HttpResponse<String> ready = server.get("/-/ready");
            assertEquals(200, ready.statusCode());
            assertTrue(ready.body().contains("\"ready\":true"), ready.body());
            assertEquals(200, server.method("HEAD", "/-/ready", "").statusCode());
        }
    }

    @Test
    void shouldSayInWordsWhatIsInTheWayAndStayAlive() throws Exception {
        try (TestServer server = new TestServer()) {
            server.engine.sinceCycleNs = 7_000_000_000L;
            server.engine.logsFull = true;
            HttpResponse<String> ready = server.get("/-/ready");
            assertEquals(503, ready.statusCode());
            assertTrue(ready.body().contains("Media loop 0 has done nothing for 7 s."), ready.body());
            assertTrue(ready.body().contains("The memory for publishers' logs is used up."), ready.body());
            assertEquals(200, server.get("/-/health").statusCode());
            assertTrue(server.get("/-/metrics").body().contains("sluice_ready 0.0"));
        }
    }

    @Test
    void shouldTellOfObstaclesAndOfTheStopInOrder() {
        Readiness readiness = new Readiness(new FakeEngine());
        String[] obstacle = {null};
        readiness.add(() -> obstacle[0]);
        assertEquals(List.of(), readiness.reasons());
        obstacle[0] = "The server drains.";
        assertEquals(List.of("The server drains."), readiness.reasons());
        readiness.stopping();
        assertEquals(List.of("The server stops.", "The server drains."), readiness.reasons());
    }
}
