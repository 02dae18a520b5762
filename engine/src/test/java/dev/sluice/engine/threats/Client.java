package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.StreamInfo;
import dev.sluice.engine.StreamSettings;
import dev.sluice.engine.dtls.DtlsTestClient;
import dev.sluice.engine.dtls.Fingerprint;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.engine.stun.StunTestClient;
import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProvider;
import dev.sluice.natives.srtp.SrtpProviders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A publisher or player on a real socket: ICE, DTLS by Bouncy Castle, SRTP by the JDK. Confined to one thread. */
final class Client implements AutoCloseable, DtlsTestClient.Link {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int SCRATCH_BYTES = 2048;
    private static final SrtpProvider JDK = SrtpProviders.available().stream()
            .filter(provider -> provider.optionName().equals("jdk"))
            .findFirst()
            .orElseThrow();

    /** Its socket; of a client {@link #overTcp} that is no UDP. */
    End udp;

    final MediaSession session;
    final StunTestClient stun;
    final DtlsTestClient dtls;
    /** Every DTLS datagram this client sent. */
    final List<byte[]> flights = new ArrayList<>();
    /** RTP received, decrypted, oldest first. */
    final List<byte[]> rtp = new ArrayList<>();

    final List<byte[]> rtcp = new ArrayList<>();
    private final EngineLab lab;
    private final Queue<byte[]> answers = new ArrayDeque<>();
    private final Queue<byte[]> handshake = new ArrayDeque<>();
    private final Queue<byte[]> undecrypted = new ArrayDeque<>();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment scratch = arena.allocate(SCRATCH_BYTES, 8);
    private SrtpContext outbound;
    private SrtpContext inbound;

    private Client(EngineLab lab, MediaSession session, DtlsTestClient dtls) {
        this.lab = lab;
        this.session = session;
        this.dtls = dtls;
        String sdp = session.localDescription();
        stun = new StunTestClient(find(sdp, "a=ice-ufrag:(\\S+)"), find(sdp, "a=ice-pwd:(\\S+)"), "remo");
        dtls.expectServer(Fingerprint.parse(find(sdp, "a=fingerprint:(.+?)\r?\n")));
        udp = new UdpEnd(Integer.parseInt(find(sdp, "a=candidate:\\S+ 1 udp \\d+ 127\\.0\\.0\\.1 (\\d+) ")));
    }

    /** Changes over to a TCP connection, before or after it is connected. */
    Client overTcp() {
        return over(new TcpEnd(tcpPort()));
    }

    Client over(TcpEnd tcp) {
        udp.close();
        udp = tcp;
        return this;
    }

    /** That of the session's candidate on the loop's own port number. */
    int tcpPort() {
        return Integer.parseInt(find(
                session.localDescription(),
                "a=candidate:\\S+ 1 tcp \\d+ 127\\.0\\.0\\.1 (\\d+) typ host tcptype passive"));
    }

    private static String find(String sdp, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(sdp);
        assertTrue(matcher.find(), () -> pattern + " in " + sdp);
        return matcher.group(1);
    }

    /** A publisher of Opus and VP8 with an answer, not connected. */
    static Client publisher(EngineLab lab, String stream) {
        return publisher(lab, stream, Offers.VP8, new DtlsTestClient());
    }

    static Client publisher(EngineLab lab, String stream, String videoCodec, DtlsTestClient dtls) {
        return publisherWith(lab, stream, Offers.publish(dtls.fingerprint().toString(), videoCodec), dtls);
    }

    static Client publisherWith(EngineLab lab, String stream, String offer, DtlsTestClient dtls) {
        try {
            return new Client(lab, lab.engine().publish(stream, offer, EngineLab.LOOPBACK), dtls);
        } catch (SessionRefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** A publisher of Opus and VP8 by what the operator says, with an answer, not connected. */
    static Client publisher(EngineLab lab, String stream, StreamSettings settings) {
        DtlsTestClient dtls = new DtlsTestClient();
        String offer = Offers.publish(dtls.fingerprint().toString(), Offers.VP8);
        try {
            return new Client(lab, lab.engine().publish(stream, offer, EngineLab.LOOPBACK, settings), dtls);
        } catch (SessionRefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** A player of a live stream with an answer, not connected. */
    static Client player(EngineLab lab, String stream) {
        return player(lab, stream, Offers.VP8, EngineLab.LOOPBACK);
    }

    static Client player(EngineLab lab, String stream, String videoCodec, InetAddress source) {
        DtlsTestClient dtls = new DtlsTestClient();
        String offer = Offers.play(dtls.fingerprint().toString(), videoCodec);
        try {
            return new Client(lab, lab.engine().answerPlay(stream, offer, Wanted.ALL, source), dtls);
        } catch (SessionRefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** A player that was offered to, and has answered; not connected. */
    static Client offered(EngineLab lab, String stream) {
        DtlsTestClient dtls = new DtlsTestClient();
        try {
            MediaSession session = lab.engine().offerPlay(stream, Wanted.ALL, EngineLab.LOOPBACK);
            Client client = new Client(lab, session, dtls);
            client.answer(session.localDescription());
            return client;
        } catch (SessionRefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes all of an offer of the engine's. */
    void answer(String offer) throws SessionRefusedException {
        session.onAnswer(Offers.answer(offer, dtls.fingerprint().toString()));
    }

    /** ICE and DTLS, until the engine has it connected too; a publisher's stream is live then, a player reads its log. */
    Client connect() {
        long before = lab.counter("handshakes_completed");
        nominate();
        handshake();
        Eventually.until("connected", () -> lab.counter("handshakes_completed") > before);
        if (session.isPublisher()) {
            Eventually.until("stream " + session.stream(), this::isPublishing);
        }
        // Asks every loop: each has been through its fan-out then.
        lab.tables();
        return this;
    }

    private boolean isPublishing() {
        return lab.engine().stream(session.stream())
                .filter(StreamInfo::publishing)
                .isPresent();
    }

    /** One nominating check, sent again until it is answered. */
    void nominate() {
        byte[] request = stun.nominate();
        long deadlineNs = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (System.nanoTime() < deadlineNs) {
            udp.send(request);
            for (int i = 0; i < 10; i++) {
                pump(50);
                byte[] answer = answers.poll();
                if (answer != null && stun.answer(answer).answers(request)) {
                    assertTrue(stun.answer(answer).isSuccess());
                    return;
                }
            }
        }
        throw new AssertionError("no answer to a right check");
    }

    void handshake() {
        try {
            SrtpKeys keys = dtls.handshake(this);
            outbound = JDK.open(keys.profile(), keys.localKey(), keys.localSalt(), true);
            inbound = JDK.open(keys.profile(), keys.remoteKey(), keys.remoteSalt(), false);
        } catch (IOException e) {
            throw new UncheckedIOException("handshake of " + session.id(), e);
        }
    }

    @Override
    public void send(byte[] datagram) {
        flights.add(datagram);
        udp.send(datagram);
    }

    /** DTLS only; what else comes is sorted. */
    @Override
    public byte[] receive(int timeoutMillis) {
        long deadlineNs = System.nanoTime() + timeoutMillis * 1_000_000L;
        long leftNs = timeoutMillis * 1_000_000L;
        while (handshake.isEmpty() && leftNs > 0) {
            pump((int) (leftNs / 1_000_000));
            leftNs = deadlineNs - System.nanoTime();
        }
        return handshake.poll();
    }

    /** Takes one datagram, if one comes within that time, and sorts it in. */
    boolean pump(int timeoutMillis) {
        byte[] datagram = udp.receive(timeoutMillis);
        if (datagram == null) {
            return false;
        }
        int first = datagram[0] & 0xff;
        if (first < 4) {
            answers.add(datagram);
        } else if (first < 64) {
            handshake.add(datagram);
        } else if (inbound == null) {
            undecrypted.add(datagram);
        } else {
            while (!undecrypted.isEmpty()) {
                decrypt(undecrypted.poll());
            }
            decrypt(datagram);
        }
        return true;
    }

    private void decrypt(byte[] datagram) {
        MemorySegment.copy(datagram, 0, scratch, ValueLayout.JAVA_BYTE, 0, datagram.length);
        boolean isRtcp = Packets.isRtcp(datagram);
        int length = isRtcp
                ? inbound.unprotectRtcp(scratch, 0, datagram.length)
                : inbound.unprotectRtp(scratch, 0, datagram.length);
        assertTrue(length > 0, () -> "what the engine sends must be authentic and new, not " + length);
        (isRtcp ? rtcp : rtp).add(scratch.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }

    /** Receives until that many RTP packets of this payload type are here. */
    void awaitRtp(int payloadType, int count) {
        long deadlineNs = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (rtp(payloadType).size() < count && System.nanoTime() < deadlineNs) {
            pump(100);
        }
        int got = rtp(payloadType).size();
        assertTrue(
                got >= count,
                () -> got + " packets instead of " + count + ", " + lab.engine().counters());
    }

    List<byte[]> rtp(int payloadType) {
        return rtp.stream()
                .filter(packet -> Packets.payloadType(packet) == payloadType)
                .toList();
    }

    /** Receives until a datagram came that the engine sent after this call: all before it are sorted in then. */
    void drain() {
        nominate();
        while (pump(1)) {
            // sorted
        }
    }

    byte[] protectRtp(byte[] packet) {
        MemorySegment.copy(packet, 0, scratch, ValueLayout.JAVA_BYTE, 0, packet.length);
        return sealed(outbound.protectRtp(scratch, 0, packet.length, SCRATCH_BYTES));
    }

    /** Null when SRTP does not take it. */
    byte[] tryProtectRtp(byte[] packet) {
        MemorySegment.copy(packet, 0, scratch, ValueLayout.JAVA_BYTE, 0, packet.length);
        int length = outbound.protectRtp(scratch, 0, packet.length, SCRATCH_BYTES);
        return length < 0 ? null : scratch.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] protectRtcp(byte[] packet) {
        MemorySegment.copy(packet, 0, scratch, ValueLayout.JAVA_BYTE, 0, packet.length);
        return sealed(outbound.protectRtcp(scratch, 0, packet.length, SCRATCH_BYTES));
    }

    private byte[] sealed(int length) {
        assertTrue(length > 0, () -> "protect " + length);
        return scratch.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    void sendRtp(byte[] packet) {
        udp.send(protectRtp(packet));
    }

    boolean isEnded() {
        return session.ended().toCompletableFuture().isDone();
    }

    SessionEnd awaitEnd() {
        return session.ended()
                .toCompletableFuture()
                .orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    /** As a client whose machine went away: no close_notify, nothing. */
    void vanish() {
        udp.close();
    }

    /** Leaves nothing of this side; the session is the engine's to close. */
    @Override
    public void close() {
        udp.close();
        if (outbound != null) {
            outbound.close();
            inbound.close();
        }
        arena.close();
    }
}
