package dev.sluice.engine.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/**
 * A duty cycle that took long, for Flight Recorder. Confined to one media loop.
 */
@Name("dev.sluice.DutyCycle")
@Label("Duty Cycle")
@Category("Sluice")
@Description("One turn of a media loop that took longer than the threshold: commands, receive, fan-out, timers, flush")
@StackTrace(false)
@Threshold("5 ms")
final class DutyCycleEvent extends Event {
    @Label("Loop")
    private int loop;

    @Label("Work")
    @Description("Commands, datagrams received and packets fanned out")
    private int work;

    @Label("Sessions")
    private long sessions;

    /** The cycle that was begun is over. */
    void end(int loopIndex, int workDone, long sessionsNow) {
        end();
        if (shouldCommit()) {
            loop = loopIndex;
            work = workDone;
            sessions = sessionsNow;
            commit();
        }
    }
}
