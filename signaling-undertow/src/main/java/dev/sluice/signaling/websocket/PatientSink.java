package dev.sluice.signaling.websocket;

import java.io.IOException;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;

/**
 * Holds the end of TCP back until the client has answered our close frame. Undertow would send it right behind the frame, and
 * proxies and browsers that see it too early tell their scripts of a broken connection, code 1006, instead of our code and
 * reason. Confined to one I/O thread.
 */
final class PatientSink extends AbstractStreamSinkConduit<StreamSinkConduit> {
    private boolean released;
    private boolean due;

    PatientSink(StreamSinkConduit next) {
        super(next);
    }

    @Override
    public void terminateWrites() throws IOException {
        if (released) {
            next.terminateWrites();
        } else {
            due = true;
        }
    }

    /** The client has answered, or began to close itself. */
    void release() throws IOException {
        released = true;
        if (due) {
            due = false;
            next.terminateWrites();
            if (!next.flush()) {
                next.resumeWrites();
            }
        }
    }
}
