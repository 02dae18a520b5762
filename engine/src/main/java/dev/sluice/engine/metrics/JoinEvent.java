package dev.sluice.engine.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A session's first RTP packet, for Flight Recorder. Confined to one media loop. */
@Name("dev.sluice.Join")
@Label("Join")
@Category("Sluice")
@Description("A session's first RTP packet came or went")
@StackTrace(false)
final class JoinEvent extends Event {
    private static final int SHOWN_ID_LENGTH = 8;

    @Label("Session")
    @Description("The beginning of its id, as in the log")
    private String session;

    @Label("Stream")
    private String stream;

    @Label("Publisher")
    private boolean publisher;

    @Label("Time to First Packet")
    @Description("From the session's opening")
    @Timespan(Timespan.NANOSECONDS)
    private long firstMedia;

    private JoinEvent() {}

    /** So that no loop has to. */
    static void load() {
        new JoinEvent();
    }

    /** Once for each session. */
    static void commit(String sessionId, String streamName, boolean isPublisher, long firstMediaNs) {
        JoinEvent event = new JoinEvent();
        if (event.shouldCommit()) {
            event.session = sessionId.substring(0, Math.min(SHOWN_ID_LENGTH, sessionId.length()));
            event.stream = streamName;
            event.publisher = isPublisher;
            event.firstMedia = firstMediaNs;
            event.commit();
        }
    }
}
