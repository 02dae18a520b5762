package dev.sluice.engine;

import dev.sluice.engine.net.SourceNetwork;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The media engine as the signalling sees it. Safe for many threads; what opens or changes a session may block for a
 * loop's answer and belongs on virtual threads.
 */
public interface MediaEngine extends AutoCloseable {

    /**
     * Binds the media ports and starts the loops. {@link #warmUp} comes when the server is ready.
     *
     * @throws EngineStartException when a port is taken, or a forced SRTP provider or way of I/O is not there
     */
    static MediaEngine start(EngineConfig config) throws EngineStartException {
        return new LiveEngine(config);
    }

    /** What counts as one source where something is bounded for each: the address, of IPv6 the network of 64 bits. */
    static InetAddress sourceOf(InetAddress address) {
        return SourceNetwork.of(address);
    }

    /**
     * A publisher's offer. On return the stream is declared to have this publisher as soon as its media connects.
     *
     * @param stream a valid name; the engine does not check it
     * @param offerSdp at most 64 KiB
     * @param source the client's address, for the caps per source
     * @param settings of the stream
     */
    MediaSession publish(String stream, String offerSdp, InetAddress source, StreamSettings settings)
            throws SessionRefusedException;

    /** {@link #publish(String, String, InetAddress, StreamSettings)} of a stream that nobody said anything of. */
    default MediaSession publish(String stream, String offerSdp, InetAddress source) throws SessionRefusedException {
        return publish(stream, offerSdp, source, StreamSettings.DEFAULTS);
    }

    /** A player that wants our offer (WebSocket). Refused with NOT_LIVE when the stream has no publisher. */
    MediaSession offerPlay(String stream, Wanted wanted, InetAddress source) throws SessionRefusedException;

    /** A player's offer (WHEP), answered. */
    MediaSession answerPlay(String stream, String offerSdp, Wanted wanted, InetAddress source)
            throws SessionRefusedException;

    /** The live streams, ordered by name. */
    List<StreamInfo> streams();

    Optional<StreamInfo> stream(String name);

    /**
     * Calls back on a virtual thread, in order, when the stream becomes active or inactive or its number of players
     * changes; at once with the present state.
     *
     * @return run it to end the watch
     */
    Runnable watch(String stream, Consumer<StreamState> listener);

    /**
     * Calls back on a virtual thread, one call at a time and in order, when any stream goes live, waits for its publisher, is
     * taken over or ends; from now on. A listener that is slower than the streams loses the oldest of what waits, which
     * {@link #counters} has as {@code stream_events_dropped}.
     *
     * @return run it to end the watch
     */
    Runnable watchStreams(Consumer<StreamEvent> listener);

    /**
     * Makes the first session as quick as later ones, in the background: some hundred milliseconds of one core, which a server has
     * to spare when it is ready, not before.
     */
    void warmUp();

    SrtpInfo srtp();

    IoInfo io();

    /** SRTP profile in use by connected sessions of a stream, by number of sessions. */
    Map<String, Integer> srtpProfiles(String stream);

    /** The bound media ports, one for each loop. */
    List<Integer> mediaPorts();

    /** The media loops, by index. */
    List<LoopStats> loops();

    /** What publishers' logs take of what they may. */
    LogMemoryUse logMemory();

    /** Unexpected exceptions so far, oldest kind first. */
    List<EngineError> errors();

    /** All counters summed over the loops, by name; drops as {@code drop.REASON}. */
    Map<String, Long> counters();

    /** Ends every session ({@link SessionEnd#SERVER_STOPPING}, DTLS close_notify) and the loops. Idempotent. */
    @Override
    void close();

    /** Which kinds a player wants ({@code audio=0}, {@code video=0} in its URL). */
    record Wanted(boolean audio, boolean video) {
        public static final Wanted ALL = new Wanted(true, true);
    }

    /** A stream's presence, for {@link #watch}. */
    record StreamState(boolean active, int players) {}
}
