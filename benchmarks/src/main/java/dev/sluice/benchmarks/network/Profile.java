package dev.sluice.benchmarks.network;

import dev.sluice.benchmarks.network.relay.Way;
import java.util.List;

/**
 * A network to be tried, and what is wanted there. Immutable.
 *
 * @param about what it is, in a line
 * @param layers that the publisher sends: 1, 2 or 3
 * @param publisher the publisher's ways
 * @param players each player's ways
 * @param isShared whether all players' media passes one way, the first player's
 * @param seconds measured; 0 when it does not matter how many
 * @param minFps wanted, as a share of a lossless way's
 * @param maxFrozen wanted, as a share of the time
 */
record Profile(
        String name,
        String about,
        int layers,
        Ways publisher,
        List<Ways> players,
        boolean isShared,
        int seconds,
        double minFps,
        double maxFrozen) {

    /** From a client to the server, and back. */
    record Ways(Way up, Way down) {
        static Ways alike(Way way) {
            return new Ways(way, way);
        }

        static Ways narrow(Way up, Way down) {
            return new Ways(up, down);
        }
    }

    Profile {
        players = List.copyOf(players);
    }

    /** One player; nothing special is wanted. */
    static Profile of(String name, String about, Ways publisher, Ways player) {
        return new Profile(name, about, 1, publisher, List.of(player), false, 0, 0, 1);
    }

    Profile wanting(double fps, double frozen) {
        return new Profile(name, about, layers, publisher, players, isShared, seconds, fps, frozen);
    }

    Profile withLayers(int count) {
        return new Profile(name, about, count, publisher, players, isShared, seconds, minFps, maxFrozen);
    }

    Profile lasting(int count) {
        return new Profile(name, about, layers, publisher, players, isShared, count, minFps, maxFrozen);
    }

    Profile with(Ways another) {
        return new Profile(
                name,
                about,
                layers,
                publisher,
                java.util.stream.Stream.concat(players.stream(), java.util.stream.Stream.of(another))
                        .toList(),
                isShared,
                seconds,
                minFps,
                maxFrozen);
    }

    Profile sharing() {
        return new Profile(name, about, layers, publisher, players, true, seconds, minFps, maxFrozen);
    }

    /** Whether something particular is wanted. */
    boolean hasTarget() {
        return minFps > 0;
    }
}
