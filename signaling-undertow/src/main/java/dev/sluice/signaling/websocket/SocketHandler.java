package dev.sluice.signaling.websocket;

import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.signaling.access.AccessRefusedException;
import java.util.Map;

/** One side of the signalling over one connection; called in order, never twice at a time, on virtual threads. */
interface SocketHandler {

    void onOpen() throws SessionRefusedException, AccessRefusedException;

    /** @param type of the message; unknown ones are ignored */
    void onMessage(String type, Map<String, Object> message) throws SessionRefusedException, AccessRefusedException;

    /** Whether it has media here. Called in order like the others. */
    boolean hasSession();

    /**
     * Once, at the end, whoever closed.
     *
     * @param end what a session has ended by
     */
    void onClosed(SessionEnd end);
}
