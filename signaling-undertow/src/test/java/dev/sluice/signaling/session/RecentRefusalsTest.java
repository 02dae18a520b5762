package dev.sluice.signaling.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.signaling.TestClock;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.session.RecentRefusals.Refusal;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentRefusalsTest {
    private final RecentRefusals refusals = new RecentRefusals(new TestClock());

    private void add(String source, String stream) throws Exception {
        Caller caller = new Caller(InetAddress.getByName(source), "http", "sluice", null, "", "", Map.of(), null);
        refusals.add("play", stream, Problem.password(), caller);
    }

    @Test
    void shouldCountTheSameInARow() throws Exception {
        add("192.0.2.1", "cam");
        add("192.0.2.1", "cam");
        add("192.0.2.1", "a b");
        List<Refusal> list = refusals.list();
        assertEquals(List.of("", "cam"), list.stream().map(Refusal::stream).toList());
        assertEquals(2, list.get(1).count());
    }

    @Test
    void shouldStillShowOthersWhenOneStrangerIsRefusedAThousandTimes() throws Exception {
        add("192.0.2.1", "cam");
        for (int i = 0; i < 1_000; i++) {
            add("2001:db8:1:2::" + Integer.toHexString(i + 1), "stream" + i);
        }
        List<Refusal> list = refusals.list();
        assertEquals(RecentRefusals.MAX_OF_SOURCE + 1, list.size());
        assertEquals("stream999", list.getFirst().stream());
        assertEquals("cam", list.getLast().stream());
        for (int i = 0; i < 200; i++) {
            add("198.51.100." + i, "cam");
        }
        assertEquals(100, refusals.list().size());
    }
}
