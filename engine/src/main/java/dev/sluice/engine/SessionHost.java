package dev.sluice.engine;

import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.StreamSettings.Transport;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.dtls.DtlsCertificate;
import dev.sluice.engine.dtls.DtlsServer;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.net.MediaLoop;
import dev.sluice.engine.peer.Draws;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.peer.LogMemory;
import dev.sluice.engine.peer.LogMemoryException;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.Player;
import dev.sluice.engine.peer.Publisher;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.sdp.HostCandidate;
import dev.sluice.engine.sdp.PublishTrack;
import dev.sluice.natives.srtp.SrtpProvider;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What all sessions share: certificate, addresses, random source, and the way to a loop. Safe for many threads.
 *
 * @param bound the local addresses, in the order of the ports' local indexes
 * @param announced the addresses that candidates name, most preferred first
 * @param tcpAnnounced those of the TCP port for all loops; empty when there is none
 * @param recordings of all sessions
 */
record SessionHost(
        DtlsCertificate certificate,
        DtlsServer dtls,
        SrtpProvider srtp,
        LogMemory logMemory,
        NtpTime wallClock,
        SecureRandom random,
        List<InetAddress> bound,
        List<InetAddress> announced,
        List<InetAddress> tcpAnnounced,
        Recordings recordings) {

    /** A loop answers within a duty cycle; this long only when the machine stands still. */
    private static final long LOOP_TIMEOUT_S = 5;

    /** Something to be done on a loop's thread. */
    interface LoopCall {
        void run(long nowNs);
    }

    /** Runs on the loop's thread and waits until it is done. */
    void call(MediaLoop loop, LoopCall call) throws SessionRefusedException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean taken = loop.offer((onLoop, nowNs) -> {
            try {
                call.run(nowNs);
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        if (!taken) {
            throw new SessionRefusedException(Refusal.OVERLOADED, "The server is busy. Try again in a moment.");
        }
        try {
            done.get(LOOP_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LogMemoryException) {
                throw outOfLogMemory();
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new SessionRefusedException(Refusal.OVERLOADED, "The server is busy. Try again in a moment.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionRefusedException(Refusal.OVERLOADED, "The server stops.");
        }
    }

    static SessionRefusedException outOfLogMemory() {
        return new SessionRefusedException(
                Refusal.TOO_MANY_PUBLISHERS,
                "The server has no memory for what you want to publish besides. Try again later.");
    }

    Peer newPeer(String id, IceCredentials local, MediaLoop loop, Publisher publisher, Player player, long nowNs) {
        return new Peer(
                id,
                local,
                (fingerprints, onProgress) -> dtls.open(fingerprints, loop.handshakes(), onProgress),
                srtp,
                loop::onDtlsProgress,
                publisher,
                player,
                nowNs);
    }

    /** On the loop's thread. */
    Publisher newPublisher(
            LiveStream live,
            List<PublishTrack> tracks,
            MediaLoop loop,
            long rtcpSsrc,
            String cname,
            StreamSettings settings,
            long nowNs) {
        Publisher publisher = new Publisher(live, tracks, logMemory, loop, rtcpSsrc, ascii(cname), nowNs);
        publisher.want(settings.wishes());
        return publisher;
    }

    /** With a random source of its own, since the secure one is behind a lock, for which a loop must not wait. */
    Player newPlayer(LiveStream live, String cname) {
        return new Player(live, ascii(cname), wallClock, new Draws(random.nextLong()));
    }

    String fingerprint() {
        return certificate.fingerprint().toString();
    }

    /** For UDP first, then for TCP on the loop's own port number, then on that for all loops ({@code iceTcpPort}, 0 for none). */
    List<HostCandidate> candidates(MediaLoop loop, int iceTcpPort) {
        List<HostCandidate> list = new ArrayList<>();
        for (InetAddress address : announced) {
            list.add(new HostCandidate(list.size(), numeric(address), loop.port()));
        }
        if (loop.tcpPort() != 0) {
            announced.forEach(
                    address -> list.add(new HostCandidate(list.size(), numeric(address), loop.tcpPort(), true)));
        }
        if (iceTcpPort != 0) {
            tcpAnnounced.forEach(
                    address -> list.add(new HostCandidate(list.size(), numeric(address), iceTcpPort, true)));
        }
        return list;
    }

    /** Those of one way; all where there is none of it. */
    static List<HostCandidate> only(Transport transport, List<HostCandidate> all) {
        List<HostCandidate> some = all.stream()
                .filter(candidate -> transport == Transport.BOTH || candidate.tcp() == (transport == Transport.TCP))
                .toList();
        return some.isEmpty() ? all : some;
    }

    /** The candidate of the pair in use; the first one before there is a pair, or behind a NAT. */
    String candidateOf(Peer peer, List<HostCandidate> candidates) {
        RemoteAddress selected = peer.ice().selected();
        if (selected != null && selected.isTcp()) {
            for (HostCandidate candidate : candidates) {
                if (candidate.tcp() && candidate.isIpv6() != selected.isV4()) {
                    return candidate.value();
                }
            }
        } else if (selected != null) {
            String address = numeric(bound.get(selected.localIndex()));
            for (HostCandidate candidate : candidates) {
                if (candidate.address().equals(address)) {
                    return candidate.value();
                }
            }
        }
        return candidates.getFirst().value();
    }

    private static String numeric(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    String newSessionId() {
        return token(16);
    }

    String newCname() {
        return token(9);
    }

    private String token(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(value);
    }

    long newSsrc() {
        return random.nextInt() & 0xffff_ffffL;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
