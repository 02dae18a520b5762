package dev.sluice.engine;

import dev.sluice.engine.peer.LogMemory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Plain values the engine starts with. Immutable.
 *
 * @param mediaPort of the first loop, the others follow upwards; 0 takes a free one for each
 * @param loops media loops, at least 1
 * @param announce addresses put into candidates; empty: those of this machine's interfaces
 * @param announceLoopback whether loopback addresses are candidates when {@code announce} is empty
 * @param iceTcp where ICE-TCP is taken besides the media ports' numbers; null for nowhere
 * @param srtp {@code auto} or a provider's option name
 * @param io {@code auto}, {@code batch} or {@code nio}: how sockets are read and written
 * @param publisherGrace how long players wait for a publisher's return
 * @param videoLogBytes of a published video track, a power of two
 * @param audioLogBytes of a published audio track, a power of two
 * @param maxSessions in all; 0: as many as memory allows
 * @param maxSessionsPerSource of one remote address, loopback and this host's own addresses exempt
 * @param maxHandshakesPerSource unfinished ones of one remote address, same exemption
 */
public record EngineConfig(
        int mediaPort,
        int loops,
        List<InetAddress> announce,
        boolean announceLoopback,
        InetSocketAddress iceTcp,
        String srtp,
        String io,
        Duration publisherGrace,
        int videoLogBytes,
        int audioLogBytes,
        int maxSessions,
        int maxSessionsPerSource,
        int maxHandshakesPerSource) {

    /** Port 7000, a loop per core, automatic choices. */
    public static EngineConfig defaults() {
        return new EngineConfig(
                7000,
                Runtime.getRuntime().availableProcessors(),
                List.of(),
                true,
                null,
                "auto",
                "auto",
                Duration.ofSeconds(10),
                LogMemory.VIDEO_BYTES,
                LogMemory.AUDIO_BYTES,
                0,
                5_000,
                1_000);
    }
}
