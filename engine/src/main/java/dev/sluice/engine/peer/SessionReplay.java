package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.record.EventKind;
import dev.sluice.engine.record.EventRing;
import dev.sluice.engine.record.RecordedEvent;
import dev.sluice.engine.record.RecordedSession;
import dev.sluice.engine.record.RecordingFormatException;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.engine.srtp.SrtpSession;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Lets a recorded session happen again: the same publisher's and player's code, with what they knew when the recording began,
 * is brought the same packets and timers in the same order at the same times, and asks the same answers of its loop. What it
 * sends is taken down as it was then. Confined to one thread.
 */
public final class SessionReplay {
    /** Names of facts. */
    public static final String SESSION = "session";

    public static final String FAR = "publisher-on-another-loop";
    public static final String STREAM = "stream";
    public static final String PUBLISHER_SRTP = "publisher-srtp";
    public static final String PLAYER_SRTP = "player-srtp";
    public static final String VIDEO_LOG_BYTES = "video-log-bytes";
    public static final String AUDIO_LOG_BYTES = "audio-log-bytes";

    private static final int RING_BYTES = 1 << 22;
    private static final long MAX_LOG_MEMORY_BYTES = 1L << 28;

    /**
     * What was sent, and left out, then and now.
     *
     * @param recorded outputs of both peers
     * @param replayed outputs of both peers
     * @param stoppedBy why the replay ended before the recording did, or null
     */
    public record Result(List<RecordedEvent> recorded, List<RecordedEvent> replayed, EventKind stoppedBy) {
        /** Of one of the peers. */
        public static List<RecordedEvent> of(List<RecordedEvent> events, int source) {
            return events.stream().filter(event -> event.source() == source).toList();
        }
    }

    /** An input and what was answered within it. */
    private record Step(RecordedEvent input, List<RecordedEvent> answers) {}

    /** One of the peers. */
    private final class Side {
        final Peer peer;
        final EventRing ring = new EventRing(RING_BYTES);
        final ReplayLoop loop = new ReplayLoop(SessionReplay.this::publishMore);
        final List<Step> steps = new ArrayList<>();
        int done;
        SrtpSession srtp;

        Side(Publisher publisher, Player player, Publisher source) {
            peer = new Peer(
                    "replay", IceCredentials.generate(new Random(0)), null, provider, self -> {}, publisher, player, 0);
            peer.tap(new PacketTap(ring, peer, source, far));
        }
    }

    private final RecordedSession session;
    private final SrtpProvider provider;
    private final boolean far;
    private final Side[] sides = new Side[2];
    private final List<Step> order = new ArrayList<>();
    private final List<RecordedEvent> recorded = new ArrayList<>();
    private final List<RecordedEvent> replayed = new ArrayList<>();
    private final MemorySegment packet = Arena.ofAuto().allocate(1 << 16, 8);
    /** The newest that players wanted of each layer. */
    private final Map<Long, RecordedEvent> wanted = new HashMap<>();

    private Publication publication;
    private EventKind stoppedBy;

    /** @param provider whose packets are as long as anybody's */
    public SessionReplay(RecordedSession session, SrtpProvider provider) throws IOException {
        this.session = session;
        this.provider = provider;
        far = Boolean.parseBoolean(session.facts().get(FAR));
        try {
            restore();
        } catch (RuntimeException e) {
            throw cannot(e);
        }
    }

    private static RecordingFormatException cannot(RuntimeException e) {
        return new RecordingFormatException("it cannot be replayed: " + e);
    }

    private void restore() throws IOException {
        Doorbell silent = new Doorbell() {
            @Override
            public void ring() {}

            @Override
            public void ringForKeyFrame() {}
        };
        Map<String, Object> outside = new HashMap<>();
        outside.put(LiveStream.class.getName(), new LiveStream(session.facts().getOrDefault(STREAM, "")));
        outside.put(
                LogMemory.class.getName(),
                new LogMemory(bytes(VIDEO_LOG_BYTES), bytes(AUDIO_LOG_BYTES), MAX_LOG_MEMORY_BYTES));
        outside.put(Doorbell.class.getName(), silent);
        outside.put(Runnable.class.getName(), (Runnable) () -> {});
        outside.put(RandomGenerator.class.getName(), new Random(0));
        List<Object> roots = session.restore(2, outside);
        if (roots.size() != 2) {
            throw new RecordingFormatException("it has no image of the engine's state");
        }
        Publisher publisher = (Publisher) roots.getFirst();
        Player player = (Player) roots.getLast();
        if (publisher != null) {
            sides[RecordedEvent.PUBLISHER] = side(publisher, null, null, PUBLISHER_SRTP);
        }
        if (player != null) {
            sides[RecordedEvent.PLAYER] = side(null, player, publisher, PLAYER_SRTP);
            publication = player.publication();
        }
    }

    private int bytes(String fact) throws IOException {
        try {
            int bytes = Integer.parseInt(session.facts().getOrDefault(fact, ""));
            if (Integer.bitCount(bytes) == 1 && bytes >= 1 << 12 && bytes <= 1 << 26) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // As one that is out of bounds.
        }
        throw new RecordingFormatException("its head has no " + fact);
    }

    private Side side(Publisher publisher, Player player, Publisher source, String profileFact) {
        Side side = new Side(publisher, player, source);
        String profile = session.facts().get(profileFact);
        if (profile != null) {
            side.srtp = open(SrtpProfile.valueOf(profile));
        }
        return side;
    }

    private SrtpSession open(SrtpProfile profile) {
        return new SrtpSession(
                provider,
                new SrtpKeys(
                        profile,
                        new byte[profile.keyLengthBytes()],
                        new byte[profile.saltLengthBytes()],
                        new byte[profile.keyLengthBytes()],
                        new byte[profile.saltLengthBytes()]));
    }

    /** Replays as far as that can be done. Once. */
    public Result run() throws IOException {
        sort();
        try {
            for (Step step : order) {
                Side side = sides[step.input().source()];
                // The publisher's may have been brought forward.
                if (side.done < side.steps.size() && side.steps.get(side.done) == step) {
                    perform(side);
                }
            }
        } catch (RuntimeException e) {
            throw cannot(e);
        }
        return new Result(recorded, replayed, stoppedBy);
    }

    private void sort() throws RecordingFormatException {
        boolean ofPlayer = "player".equals(session.facts().get(SESSION));
        for (RecordedEvent event : session.events()) {
            Side side = sides[event.source()];
            if (side == null && event.kind().role() != EventKind.Role.STOP) {
                throw new RecordingFormatException("it has events of a peer that its image lacks");
            }
            switch (event.kind().role()) {
                case INPUT -> {
                    Step step = new Step(event, new ArrayList<>());
                    side.steps.add(step);
                    order.add(step);
                }
                case ANSWER -> {
                    if (!side.steps.isEmpty()) {
                        side.steps.getLast().answers().add(event);
                    }
                }
                case OUTPUT -> recorded.add(event);
                case STOP -> {
                    // A player plays on for a while when its publisher is gone.
                    boolean goesOn =
                            event.kind() == EventKind.ENDED && ofPlayer && event.source() == RecordedEvent.PUBLISHER;
                    if (!goesOn) {
                        stoppedBy = event.kind();
                        return;
                    }
                }
            }
        }
    }

    private boolean publishMore() {
        Side side = sides[RecordedEvent.PUBLISHER];
        if (side == null || side.done == side.steps.size()) {
            return false;
        }
        perform(side);
        return true;
    }

    private void perform(Side side) {
        Step step = side.steps.get(side.done++);
        RecordedEvent input = step.input();
        Peer peer = side.peer;
        side.loop.expect(step.answers());
        long nowNs = input.atNs();
        if (peer.publisher() != null) {
            want();
        }
        switch (input.kind()) {
            case RTP_IN, RTCP_IN -> {
                MemorySegment.copy(MemorySegment.ofArray(input.payload()), 0, packet, 0, input.payload().length);
                boolean rtcp = input.kind() == EventKind.RTCP_IN;
                int ignored = peer.onDecrypted(packet, 0, input.payload().length, rtcp, nowNs, side.loop);
            }
            case RUN -> {
                int ignored = peer.player().run(publication, input.value(0) != 0, peer, nowNs, side.loop);
            }
            case TIMER -> peer.onMediaTimeout(nowNs, side.loop);
            case TOLD -> peer.tellReaders(nowNs);
            case ADDRESS ->
                peer.resume(side.srtp, new RemoteAddress(input.value(0), input.value(1), (int) input.value(2), (int)
                        input.value(3)));
            case CONNECTED -> connect(side, input);
            case CHOICE -> peer.player().layers().choose(choice(input), nowNs);
            case WAY_CHANGED -> peer.player().onWayChanged();
            case WANTED -> wanted.put(input.value(0), input);
            case PUBLICATION ->
                publication = sides[RecordedEvent.PUBLISHER].peer.publisher().publication();
            default -> throw new IllegalStateException("no input: " + input.kind());
        }
        RecordedEvent event;
        while ((event = side.ring.poll()) != null) {
            if (event.kind().role() == EventKind.Role.OUTPUT) {
                replayed.add(event);
            }
        }
    }

    private void connect(Side side, RecordedEvent event) {
        side.srtp = open(SrtpProfile.values()[(int) event.value(1)]);
        side.peer.resume(side.srtp, side.peer.destination());
        if (side.peer.player() != null) {
            side.peer.player().onConnected(event.atNs());
        } else {
            side.peer.publisher().onConnected(event.value(0), event.atNs());
        }
    }

    private static LayerChoice choice(RecordedEvent event) {
        return new LayerChoice(
                (int) event.value(0), (int) event.value(1), (int) event.value(2), (int) event.value(3), (int)
                        event.value(4));
    }

    /** What players of all loops had asked for, and whether there were any, is so again: what the replayed one asks was part of it. */
    private void want() {
        Publication own = sides[RecordedEvent.PUBLISHER].peer.publisher().publication();
        for (RecordedEvent event : wanted.values()) {
            int number = (int) event.value(0);
            PublishedTrack track = own == null ? null : number == 0 ? own.audio() : own.slot(number - 1);
            if (track == null) {
                continue;
            }
            track.keyFrameRequests(event.value(1));
            boolean isRead = event.value(2) != 0;
            if (isRead && !track.log().isRead()) {
                boolean ignored = track.log().tryRetain();
            }
            while (!isRead && track.log().isRead()) {
                track.log().release();
            }
        }
    }
}
