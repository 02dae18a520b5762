package dev.sluice.signaling;

import dev.sluice.engine.EngineError;
import dev.sluice.engine.IoInfo;
import dev.sluice.engine.LogMemoryUse;
import dev.sluice.engine.LoopStats;
import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.SrtpInfo;
import dev.sluice.engine.StreamEvent;
import dev.sluice.engine.StreamInfo;
import dev.sluice.engine.StreamSettings;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An engine without media. A stream is live when a test says so. Safe for many threads. */
final class FakeEngine implements MediaEngine {
    /** Each opened session, in order. */
    final BlockingQueue<FakeSession> opened = new LinkedBlockingQueue<>();

    final BlockingQueue<StreamSettings> published = new LinkedBlockingQueue<>();
    final BlockingQueue<InetAddress> sources = new LinkedBlockingQueue<>();
    final BlockingQueue<Wanted> wanted = new LinkedBlockingQueue<>();

    /** What a test says of the loop and of the logs. */
    volatile long sinceCycleNs = 1_000_000;

    volatile boolean logsFull;

    private final Map<String, StreamInfo> live = new ConcurrentHashMap<>();
    private final List<FakeSession> sessions = new CopyOnWriteArrayList<>();
    private final Map<Object, Watcher> watchers = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    private final List<Consumer<StreamEvent>> streamListeners = new CopyOnWriteArrayList<>();

    private record Watcher(String stream, Consumer<StreamState> listener) {}

    /** Makes a stream live with a picture and sound and this many players. */
    void goLive(String stream, int players) {
        live.put(
                stream,
                new StreamInfo(
                        stream,
                        true,
                        List.of(
                                new StreamInfo.Track("v1", "video", "VP8", 90_000, 0, 640, 360, 1_500_000, "", 0),
                                new StreamInfo.Track("a1", "audio", "opus", 48_000, 2, 0, 0, 32_000, "", 0)),
                        players,
                        1_700_000_000_000L));
        tell(stream);
    }

    void goDark(String stream) {
        live.remove(stream);
        tell(stream);
    }

    /** Tells who watches all streams. */
    void happen(StreamEvent.Kind kind, String stream, int players) {
        streamListeners.forEach(
                listener -> listener.accept(new StreamEvent(kind, stream, players, 1_700_000_000_000L)));
    }

    int watchers() {
        return watchers.size();
    }

    private void tell(String stream) {
        watchers.values().forEach(watcher -> {
            if (watcher.stream.equals(stream)) {
                watcher.listener.accept(state(stream));
            }
        });
    }

    private StreamState state(String stream) {
        StreamInfo info = live.get(stream);
        return new StreamState(info != null, info == null ? 0 : info.players());
    }

    @Override
    public MediaSession publish(String stream, String offerSdp, InetAddress source, StreamSettings settings)
            throws SessionRefusedException {
        published.add(settings);
        FakeSession.refuse(offerSdp);
        return open(stream, true, source);
    }

    @Override
    public MediaSession offerPlay(String stream, Wanted kinds, InetAddress source) throws SessionRefusedException {
        requireLive(stream);
        wanted.add(kinds);
        return open(stream, false, source);
    }

    @Override
    public MediaSession answerPlay(String stream, String offerSdp, Wanted kinds, InetAddress source)
            throws SessionRefusedException {
        FakeSession.refuse(offerSdp);
        requireLive(stream);
        wanted.add(kinds);
        return open(stream, false, source);
    }

    private void requireLive(String stream) throws SessionRefusedException {
        if (!live.containsKey(stream)) {
            throw new SessionRefusedException(Refusal.NOT_LIVE, "The stream is not live.");
        }
    }

    private MediaSession open(String stream, boolean publisher, InetAddress source) {
        FakeSession session = new FakeSession("session-" + ids.incrementAndGet(), stream, publisher);
        sessions.add(session);
        opened.add(session);
        sources.add(source);
        return session;
    }

    @Override
    public List<StreamInfo> streams() {
        return List.copyOf(live.values());
    }

    @Override
    public Optional<StreamInfo> stream(String name) {
        return Optional.ofNullable(live.get(name));
    }

    @Override
    public Runnable watch(String stream, Consumer<StreamState> listener) {
        Object key = new Object();
        watchers.put(key, new Watcher(stream, listener));
        Thread.startVirtualThread(() -> listener.accept(state(stream)));
        return () -> watchers.remove(key);
    }

    @Override
    public Runnable watchStreams(Consumer<StreamEvent> listener) {
        streamListeners.add(listener);
        return () -> streamListeners.remove(listener);
    }

    @Override
    public void warmUp() {}

    @Override
    public SrtpInfo srtp() {
        return new SrtpInfo("jdk", "a fake needs no other");
    }

    @Override
    public IoInfo io() {
        return new IoInfo("nio", "a fake sends nothing");
    }

    @Override
    public Map<String, Integer> srtpProfiles(String stream) {
        return Map.of("AEAD_AES_128_GCM", 1);
    }

    @Override
    public List<Integer> mediaPorts() {
        return List.of(7000, 7001);
    }

    @Override
    public List<LoopStats> loops() {
        return List.of(new LoopStats(0, 7000, 1, 5, sinceCycleNs, Map.of("datagrams_in", 10L, "drop.lapped", 1L)));
    }

    @Override
    public LogMemoryUse logMemory() {
        return new LogMemoryUse(1_000, 2_000, logsFull);
    }

    @Override
    public List<EngineError> errors() {
        return List.of();
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    public void close() {
        sessions.forEach(session -> session.close(SessionEnd.SERVER_STOPPING));
    }
}
