package dev.sluice.benchmarks.load.client;

import dev.sluice.benchmarks.load.measure.Histogram;
import dev.sluice.benchmarks.load.net.KernelClock;
import dev.sluice.benchmarks.load.net.UdpSocket;
import dev.sluice.benchmarks.load.sdp.Answer;
import dev.sluice.benchmarks.load.sdp.Answer.AnswerException;
import dev.sluice.benchmarks.load.sdp.Kind;
import dev.sluice.benchmarks.load.sdp.Offer;
import dev.sluice.benchmarks.load.shape.PacketContent;
import dev.sluice.benchmarks.load.shape.Shape;
import dev.sluice.engine.dtls.Fingerprint;
import dev.sluice.engine.dtls.LoadHandshake;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Makes clients and brings them to their server; each join blocks its caller. Safe for many threads. */
public final class Crowd {
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;
    private static final int PATIENCE_S = 20;
    private static final char[] ICE_CHARS =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/".toCharArray();

    private final Setting setting;
    private final Reactor reactor;
    private final Signalling signalling;
    private final LoadHandshake handshake;
    private final PacketContent content;
    private final Histogram latency = new Histogram();
    private final Histogram held = new Histogram();
    private final AtomicInteger joined = new AtomicInteger();
    private final Queue<URI> sessions = new ConcurrentLinkedQueue<>();

    /**
     * What all clients have in common. Immutable.
     *
     * @param local address of the clients' sockets
     * @param allowed where media may go
     * @param sampleEvery every how many players one decrypts all
     * @param reportEveryNs time between a client's reports, 0 for none
     */
    public record Setting(
            Kind kind,
            InetAddress local,
            Predicate<InetAddress> allowed,
            SrtpProvider srtp,
            int sampleEvery,
            long reportEveryNs) {}

    public Crowd(Setting setting, Reactor reactor, Signalling signalling, LoadHandshake handshake) {
        this.setting = setting;
        this.reactor = reactor;
        this.signalling = signalling;
        this.handshake = handshake;
        this.content = new PacketContent(setting.kind() == Kind.VIDEO);
    }

    /** A join that failed, with the step it failed at. */
    public static final class JoinException extends Exception {
        private static final long serialVersionUID = 1L;

        JoinException(String step, Throwable cause) {
            super(step + (cause == null ? "" : ": " + cause.getMessage()), cause);
        }
    }

    /** Makes the client of an answer. */
    private interface Maker<P extends Peer> {
        P make(UdpSocket socket, Answer answer, InetSocketAddress remote, Peer.Credentials credentials, long nowNs);
    }

    /**
     * A publisher, connected; it sends at once.
     *
     * @param first with which packet of the shape it may begin, so that streams of a recorded trace do not send its large frames
     *     together; evenly spaced ones have only the times of their joins
     */
    public Publisher publish(URI whip, Shape shape, int first) throws JoinException, InterruptedException {
        int ssrc = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        return connect(
                whip,
                ssrc,
                () -> {},
                (socket, answer, remote, credentials, nowNs) -> new Publisher(
                        socket,
                        answer,
                        remote,
                        credentials,
                        setting.kind(),
                        shape,
                        ssrc,
                        first,
                        setting.reportEveryNs(),
                        nowNs));
    }

    /** A player and how long it took from its POST to its first packet, as the kernel took that in. */
    public record Joined(Player player, long joinNs) {}

    /** A player that has got a packet which it can read. */
    public Joined play(URI whep, Publisher publisher) throws JoinException, InterruptedException {
        boolean sampled = joined.getAndIncrement() % setting.sampleEvery() == 0;
        KernelClock clock = new KernelClock();
        long[] postedNs = new long[1];
        Player player = connect(
                whep,
                0,
                () -> postedNs[0] = clock.realtimeNs(),
                (socket, answer, remote, credentials, nowNs) -> new Player(
                        socket,
                        answer,
                        remote,
                        credentials,
                        publisher,
                        sampled,
                        content,
                        latency,
                        held,
                        setting.reportEveryNs(),
                        nowNs));
        long playingNs = player.awaitPlaying(PATIENCE_S);
        if (playingNs == 0) {
            reactor.execute(() -> reactor.drop(player));
            throw new JoinException("no media within " + PATIENCE_S + " s", null);
        }
        return new Joined(player, playingNs - postedNs[0]);
    }

    /** A player that nothing is counted of. */
    public void burden(URI whep, BadWay way) throws JoinException, InterruptedException {
        connect(
                whep,
                0,
                () -> {},
                (socket, answer, remote, credentials, nowNs) ->
                        new BadPlayer(socket, answer, remote, credentials, way, setting.reportEveryNs(), nowNs));
    }

    private <P extends Peer> P connect(URI to, int ssrc, Runnable onPost, Maker<P> maker)
            throws JoinException, InterruptedException {
        String step = "socket";
        P peer = null;
        try {
            UdpSocket socket = UdpSocket.open(setting.local(), RECEIVE_BUFFER_BYTES);
            Fingerprint remoteFingerprint;
            boolean active;
            try {
                step = "signalling";
                Peer.Credentials credentials = new Peer.Credentials(random(8), random(24));
                Signalling.Session session = signalling.post(to, offer(socket, credentials, ssrc), onPost);
                if (session.resource() != null) {
                    sessions.add(session.resource());
                }
                step = "answer";
                Answer answer = Answer.parse(session.answer());
                InetSocketAddress remote = answer.candidate(setting.allowed());
                remoteFingerprint = Fingerprint.parse(answer.fingerprint());
                active = answer.active();
                socket.connect(remote);
                peer = maker.make(socket, answer, remote, credentials, System.nanoTime());
            } finally {
                if (peer == null) {
                    socket.close();
                }
            }
            P made = peer;
            reactor.execute(() -> reactor.add(made));
            step = "ICE";
            if (!made.awaitChecked(PATIENCE_S)) {
                throw new IOException("no answer to a check within " + PATIENCE_S + " s");
            }
            step = "DTLS";
            Peer.Link link = made.new Link();
            SrtpKeys keys =
                    active ? handshake.accept(link, remoteFingerprint) : handshake.connect(link, remoteFingerprint);
            reactor.call(() -> {
                made.connect(setting.srtp(), keys, System.nanoTime());
                reactor.settle(made);
            });
            return made;
        } catch (IOException | AnswerException | RuntimeException e) {
            P failed = peer;
            if (failed != null) {
                reactor.execute(() -> reactor.drop(failed));
            }
            throw new JoinException(step, e);
        }
    }

    private String offer(UdpSocket socket, Peer.Credentials credentials, int ssrc) {
        return new Offer(
                        setting.kind(),
                        ThreadLocalRandom.current().nextLong(Long.MAX_VALUE),
                        setting.local().getHostAddress(),
                        socket.localPort(),
                        credentials.ufrag(),
                        credentials.password(),
                        handshake.fingerprint().toString(),
                        Integer.toUnsignedLong(ssrc))
                .text();
    }

    private static String random(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ICE_CHARS[ThreadLocalRandom.current().nextInt(ICE_CHARS.length)]);
        }
        return text.toString();
    }

    /** From a frame's last packet sent to its arrival, at sampled players that were there before the window. */
    public Histogram latency() {
        return latency;
    }

    /** The same of a frame's other packets, which may have been held back for it. */
    public Histogram held() {
        return held;
    }

    /** Deletes all sessions at the server. */
    public void leave() throws InterruptedException {
        List<Thread> threads = sessions.stream()
                .map(session -> Thread.startVirtualThread(() -> {
                    try {
                        signalling.delete(session);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
