package dev.sluice.signaling.session;

import dev.sluice.signaling.access.Problem;
import java.util.HashMap;
import java.util.Map;

/** How many sessions each user and each stream has, those on their way included. Safe for many threads. */
final class SessionPlaces {
    private final Map<String, Integer> ofUser = new HashMap<>();
    private final Map<String, Integer> ofStream = new HashMap<>();

    /**
     * @param stream whose players are counted, empty: nobody is
     * @param mostOfStream 0: any number
     * @param user empty: nobody is counted
     * @param mostOfUser 0: any number
     * @param replaced how many sessions of that user end when this one begins
     * @return null when both places were taken
     */
    synchronized Problem take(String stream, int mostOfStream, String user, int mostOfUser, int replaced) {
        if (mostOfUser > 0 && count(ofUser, user) - replaced >= mostOfUser) {
            return Problem.tooManyOfUser(mostOfUser);
        }
        if (mostOfStream > 0 && count(ofStream, stream) - replaced >= mostOfStream) {
            return Problem.tooManyOfStream(mostOfStream);
        }
        add(ofUser, user, 1);
        add(ofStream, stream, 1);
        return null;
    }

    synchronized void give(String stream, String user) {
        add(ofUser, user, -1);
        add(ofStream, stream, -1);
    }

    synchronized int ofStream(String stream) {
        return count(ofStream, stream);
    }

    private static int count(Map<String, Integer> counts, String key) {
        return key.isEmpty() ? 0 : counts.getOrDefault(key, 0);
    }

    private static void add(Map<String, Integer> counts, String key, int change) {
        if (!key.isEmpty()) {
            counts.merge(key, change, (before, more) -> before + more == 0 ? null : before + more);
        }
    }
}
