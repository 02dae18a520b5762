package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;

/** What a recording is given while clients come and junk is dropped; other engines of this process write into it, too. */
class FlightRecorderTest {
    private static final int JUNK = 500;

    private final Queue<RecordedEvent> events = new ConcurrentLinkedQueue<>();

    @Test
    void shouldTellOfJoinsDropsAndDutyCycles() {
        try (RecordingStream recording = new RecordingStream();
                EngineLab lab = EngineLab.start()) {
            recording.enable("dev.sluice.Join");
            recording.enable("dev.sluice.Drops").withPeriod(Duration.ofMillis(100));
            recording.enable("dev.sluice.DutyCycle").withThreshold(Duration.ZERO);
            recording.setReuse(false);
            recording.onEvent("dev.sluice.Join", events::add);
            recording.onEvent("dev.sluice.Drops", events::add);
            recording.onEvent("dev.sluice.DutyCycle", event -> {
                if (event.getLong("sessions") == 2 && event.getInt("work") > 0) {
                    events.add(event);
                }
            });
            recording.startAsync();
            // Drops are told from the first look on.
            Eventually.until("a drop", () -> {
                junk(lab);
                return find(e -> e.getEventType().getName().equals("dev.sluice.Drops")
                                && e.getString("reason").equals("unknown_source"))
                        != null;
            });

            try (Client publisher = Client.publisher(lab, "recorded").connect();
                    Client player = Client.player(lab, "recorded").connect()) {
                publisher.sendRtp(Packets.vp8KeyFrame(1));
                player.awaitRtp(Packets.VIDEO_TYPE, 1);
                Eventually.until("joins", () -> join(publisher) != null && join(player) != null);
                assertTrue(join(publisher).getBoolean("publisher"));
                RecordedEvent played = join(player);
                assertEquals("recorded", played.getString("stream"));
                assertEquals(
                        player.session.stats().firstMediaNs(),
                        played.getDuration("firstMedia").toNanos());
                Eventually.until(
                        "a duty cycle",
                        () -> find(e -> e.getEventType().getName().equals("dev.sluice.DutyCycle")) != null);
            }
        }
    }

    private RecordedEvent join(Client client) {
        String shown = client.session.id().substring(0, 8);
        return find(e -> e.getEventType().getName().equals("dev.sluice.Join")
                && e.getString("session").equals(shown));
    }

    private RecordedEvent find(Predicate<RecordedEvent> wanted) {
        return events.stream().filter(wanted).findFirst().orElse(null);
    }

    private static void junk(EngineLab lab) {
        try (UdpEnd end = new UdpEnd(lab.engine().mediaPorts().getFirst())) {
            for (int i = 0; i < JUNK; i++) {
                end.send(new byte[] {(byte) 0x80, 1, 2, 3});
            }
        }
    }
}
