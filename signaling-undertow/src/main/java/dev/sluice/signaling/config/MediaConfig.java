package dev.sluice.signaling.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the operator says about the media engine. Immutable.
 *
 * @param port of the first loop
 * @param announce addresses put into candidates, empty: those of this machine's interfaces
 * @param iceTcp where ICE-TCP is taken besides the media ports' numbers; null for nowhere
 * @param srtp {@code auto} or a provider
 * @param io {@code auto}, {@code batch} or {@code nio}
 * @param publisherGrace how long players wait for a publisher's return
 */
public record MediaConfig(
        int port,
        int loops,
        List<InetAddress> announce,
        InetSocketAddress iceTcp,
        String srtp,
        String io,
        Duration publisherGrace) {

    static final int MAX_LOOPS = 1_024;

    public static final MediaConfig DEFAULTS = new MediaConfig(
            7000, Runtime.getRuntime().availableProcessors(), List.of(), null, "auto", "auto", Duration.ofSeconds(10));

    MediaConfig with(Duration otherGrace) {
        return new MediaConfig(port, loops, announce, iceTcp, srtp, io, otherGrace);
    }

    public static int parseLoops(String text) {
        return Section.parseInteger(text, 1, MAX_LOOPS);
    }
}
