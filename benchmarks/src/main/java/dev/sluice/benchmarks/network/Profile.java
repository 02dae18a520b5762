package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.network.relay.Way;
import java.util.ArrayList;
import java.util.List;

/**
 * A network to be tried, and what is wanted there. Immutable.
 *
 * @param about what it is, in a line
 * @param layers that the publisher sends: 1, 2 or 3
 * @param publisher the publisher's ways
 * @param players each player's ways
 * @param isShared whether all players' media passes one way, the first player's
 * @param seconds measured; 0 when it does not matter how many, or when the course says it
 */
record Profile(
        String name,
        String about,
        int layers,
        Ways publisher,
        List<Ways> players,
        boolean isShared,
        int seconds,
        Course course,
        Target target) {

    /** From a client to the server, and back. */
    record Ways(Way up, Way down) {
        static Ways alike(Way way) {
            return new Ways(way, way);
        }
    }

    Profile {
        players = List.copyOf(players);
    }

    /** One player and one layer; nothing special is wanted. */
    static Profile of(String name, String about, Ways publisher, Ways player) {
        return new Profile(name, about, 1, publisher, List.of(player), false, 0, Course.WATCH, new Target.None());
    }

    Profile wanting(Target wanted) {
        return new Profile(name, about, layers, publisher, players, isShared, seconds, course, wanted);
    }

    Profile withLayers(int count) {
        return new Profile(name, about, count, publisher, players, isShared, seconds, course, target);
    }

    Profile lasting(int count) {
        return new Profile(name, about, layers, publisher, players, isShared, count, course, target);
    }

    Profile with(Course another) {
        return new Profile(name, about, layers, publisher, players, isShared, seconds, another, target);
    }

    /** Among how many players a player's way is shared. */
    int sharers() {
        return isShared ? players.size() : 1;
    }

    /** One more player. */
    Profile with(Ways another) {
        List<Ways> all = new ArrayList<>(players);
        all.add(another);
        return new Profile(name, about, layers, publisher, all, isShared, seconds, course, target);
    }

    /** All media to players passes one way. */
    Profile sharing() {
        return new Profile(name, about, layers, publisher, players, true, seconds, course, target);
    }
}
