package dev.sluice.signaling.session;

import dev.sluice.engine.MediaSession;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import java.time.Instant;

/**
 * A media session and who opened it. Immutable.
 *
 * @param transport {@code websocket}, {@code whip} or {@code whep}
 * @param caller of the request that opened it
 * @param grant by which it may run
 */
public record ClientSession(
        MediaSession media, Role role, String transport, Caller caller, Instant openedAt, Grant grant) {

    /** An id is a capability: logs show this much of it. */
    private static final int LOGGED_ID_LENGTH = 8;

    /** One that nothing was asked of. */
    public ClientSession(MediaSession media, Role role, String transport, Caller caller, Instant openedAt) {
        this(media, role, transport, caller, openedAt, Grant.anybody(role, media.stream(), caller));
    }

    public String id() {
        return media.id();
    }

    public String stream() {
        return media.stream();
    }

    /** What of the id may stand in logs and reports. */
    public String shortId() {
        return id().substring(0, Math.min(LOGGED_ID_LENGTH, id().length()));
    }
}
