package dev.sluice.benchmarks.network;

import java.net.URI;

/**
 * A server that runs, by its WHIP and WHEP addresses. Immutable.
 *
 * @param whip where to publish, with {stream}
 * @param whep where to play, with {stream}
 */
record Endpoint(String name, String whip, String whep) {
    URI publish(String stream) {
        return URI.create(whip.replace("{stream}", stream));
    }

    URI play(String stream) {
        return URI.create(whep.replace("{stream}", stream));
    }
}
