package dev.sluice.signaling.access.hook;

import java.time.Instant;

/** What came of asking. Immutable. */
public sealed interface HookAnswer {
    /**
     * @param until when it has to be asked again
     * @param userId empty when the hook named none
     * @param maxSessions of that user, 0: any number
     */
    record Allowed(Instant until, String userId, int maxSessions) implements HookAnswer {}

    record Denied(Instant until) implements HookAnswer {}

    /** @param location an absolute address of http, https, ws or wss */
    record Elsewhere(Instant until, String location) implements HookAnswer {}

    /** It did not answer in time, or not so that it can be understood. */
    record Failed() implements HookAnswer {}

    /** As many questions as may be are under way. */
    record Busy() implements HookAnswer {}
}
