package dev.sluice.engine.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** What a loop dropped for one reason within a second, for Flight Recorder. Confined to the recorder's own thread. */
@Name("dev.sluice.Drops")
@Label("Drops")
@Category("Sluice")
@Description("Datagrams and packets that a media loop dropped since the last look, by reason")
@StackTrace(false)
@Period("1 s")
final class DropEvent extends Event {
    @Label("Loop")
    private int loop;

    @Label("Reason")
    private String reason;

    @Label("Drops")
    private long drops;

    static void commit(int loop, DropReason reason, long drops) {
        DropEvent event = new DropEvent();
        event.loop = loop;
        event.reason = LoopCounters.name(reason.name());
        event.drops = drops;
        event.commit();
    }
}
