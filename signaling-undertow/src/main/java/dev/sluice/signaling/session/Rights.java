package dev.sluice.signaling.session;

import java.time.Instant;

/**
 * What somebody may do with a stream. Immutable.
 *
 * @param kind by what it was shown
 * @param userId empty when nobody said who it is
 * @param maxSessions of that user at a time, 0: any number
 * @param until when it has to be shown again, {@link Instant#MAX}: never
 */
public record Rights(Kind kind, String userId, int maxSessions, Instant until) {
    /** Nothing was asked for. */
    static final Rights ANYBODY = new Rights(Kind.NONE, "", 0, Instant.MAX);

    static final Rights BY_PASSWORD = new Rights(Kind.PASSWORD, "", 0, Instant.MAX);

    /** By what a right was shown. */
    public enum Kind {
        NONE,
        PASSWORD,
        JWT,
        SECURE_TOKEN
    }

    /** What another one leaves of it, who may know better whose it is. */
    Rights narrowedBy(String otherUserId, int otherMaxSessions, Instant otherUntil) {
        int most = maxSessions == 0 || otherMaxSessions == 0
                ? Math.max(maxSessions, otherMaxSessions)
                : Math.min(maxSessions, otherMaxSessions);
        return new Rights(
                kind,
                otherUserId.isEmpty() ? userId : otherUserId,
                most,
                until.isBefore(otherUntil) ? until : otherUntil);
    }

    Rights withUntil(Instant later) {
        return new Rights(kind, userId, maxSessions, later);
    }
}
