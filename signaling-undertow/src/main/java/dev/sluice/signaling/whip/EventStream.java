package dev.sluice.signaling.whip;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.MediaEngine.StreamState;
import dev.sluice.engine.StreamInfo;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.config.OtherServer;
import dev.sluice.signaling.drain.MovableClient;
import dev.sluice.signaling.http.EventSender;
import dev.sluice.signaling.http.EventSender.Event;
import dev.sluice.signaling.json.Json;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioExecutor;

/**
 * One subscription to a stream's events. A client that reads slowly misses states in between, never the last one: nothing piles
 * up for it. Safe for many threads.
 */
final class EventStream implements MovableClient {
    private static final long LAYER_CHECK_MS = TimeUnit.SECONDS.toMillis(2);

    private final MediaEngine engine;
    private final HttpSession session;
    private final Set<String> wanted;
    private EventSender sender;
    private Runnable watch = () -> {};
    private StreamState latest;
    private Boolean sentActive;
    private int sentPlayers = -1;
    private String layers;
    private String sentLayers;
    private boolean finished;
    private String reconnect;

    EventStream(MediaEngine engine, HttpSession session, Set<String> wanted) {
        this.engine = engine;
        this.session = session;
        this.wanted = wanted;
    }

    HttpSession session() {
        return session;
    }

    /** A later connection takes the place of an earlier one and hears the present state. */
    void connect(ServerSentEventConnection connection, XnioExecutor timer) {
        EventSender next = new EventSender(connection, this::next, this::disconnected);
        EventSender former;
        synchronized (this) {
            former = sender;
            sender = next;
            sentActive = null;
            sentPlayers = -1;
            sentLayers = null;
        }
        if (former != null) {
            former.cut();
        }
        Runnable started = engine.watch(session.media().stream(), this::onState);
        Runnable replaced;
        synchronized (this) {
            replaced = watch;
            watch = started;
        }
        replaced.run();
        if (wanted.contains(EventEndpoint.LAYERS)) {
            checkLayers(next, timer);
        }
        send();
    }

    /** What layers there are changes with the picture; it is looked at now and then while somebody listens. */
    private void checkLayers(EventSender to, XnioExecutor timer) {
        String now = layers();
        synchronized (this) {
            if (sender != to || finished) {
                return;
            }
            layers = now;
        }
        send();
        timer.executeAfter(() -> checkLayers(to, timer), LAYER_CHECK_MS, TimeUnit.MILLISECONDS);
    }

    /** By the mid of the picture's section. */
    private String layers() {
        List<Map<String, Object>> list = new ArrayList<>();
        engine.stream(session.media().stream()).ifPresent(info -> {
            for (StreamInfo.Track track : info.tracks()) {
                if (track.kind().equals("video")) {
                    Map<String, Object> layer = new LinkedHashMap<>();
                    layer.put("rid", track.rid());
                    layer.put("spatialLayerId", track.spatialLayer());
                    layer.put("bitrate", roughly(track.bitrateBps()));
                    layer.put("width", track.width());
                    layer.put("height", track.height());
                    list.add(layer);
                }
            }
        });
        return Json.write(Map.of(session.media().delivery().videoMid(), list));
    }

    /** To a power of two: an event for each swing of a bitrate would tell nobody anything. */
    private static long roughly(long bitrateBps) {
        return Long.highestOneBit(bitrateBps);
    }

    private void disconnected(EventSender gone) {
        Runnable stop = () -> {};
        synchronized (this) {
            if (sender == gone) {
                sender = null;
                stop = watch;
                watch = () -> {};
            }
        }
        stop.run();
    }

    private void onState(StreamState state) {
        synchronized (this) {
            latest = state;
        }
        send();
    }

    /** The stream carries other tracks than this session: only a new one gets them. */
    void reconnect() {
        reconnect("/" + stream());
    }

    private void reconnect(String url) {
        synchronized (this) {
            reconnect = url + "/whep";
        }
        send();
    }

    @Override
    public String stream() {
        return session.media().stream();
    }

    @Override
    public boolean isPublisher() {
        return false;
    }

    @Override
    public Caller caller() {
        return session.caller();
    }

    @Override
    public void onMove(OtherServer to) {
        if (to != null) {
            reconnect(to.stream(stream()));
        }
    }

    /** There is no event for it: who went to another server comes back by itself when there is nothing. */
    @Override
    public void onStay() {}

    /** The session has ended, or the client wants no more: says inactive, then the connection closes. */
    void finish() {
        synchronized (this) {
            finished = true;
            latest = new StreamState(false, latest == null ? 0 : latest.players());
        }
        send();
    }

    /** Sends what differs from what the client knows. */
    private void send() {
        EventSender to;
        boolean last;
        synchronized (this) {
            to = sender;
            last = finished;
        }
        if (to == null) {
            return;
        }
        if (last) {
            to.finish();
        } else {
            to.wake();
        }
    }

    private synchronized Event next(EventSender to) {
        if (to != sender) {
            return null;
        }
        if (reconnect != null) {
            String url = reconnect;
            reconnect = null;
            if (wanted.contains(EventEndpoint.RECONNECT)) {
                return new Event(EventEndpoint.RECONNECT, Json.write(Map.of("url", url)), null);
            }
        }
        if (latest == null) {
            return null;
        }
        if (sentActive == null || sentActive != latest.active()) {
            sentActive = latest.active();
            String name = latest.active() ? EventEndpoint.ACTIVE : EventEndpoint.INACTIVE;
            if (wanted.contains(name)) {
                return new Event(name, "{}", null);
            }
        }
        if (layers != null && !layers.equals(sentLayers)) {
            sentLayers = layers;
            return new Event(EventEndpoint.LAYERS, layers, null);
        }
        if (sentPlayers != latest.players() && wanted.contains(EventEndpoint.VIEWER_COUNT)) {
            sentPlayers = latest.players();
            return new Event(
                    EventEndpoint.VIEWER_COUNT, Json.write(Map.of(EventEndpoint.VIEWER_COUNT, sentPlayers)), null);
        }
        return null;
    }
}
