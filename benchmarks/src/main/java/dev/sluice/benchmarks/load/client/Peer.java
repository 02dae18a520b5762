package dev.sluice.benchmarks.load.client;

import dev.sluice.benchmarks.load.net.ReceiveBatch;
import dev.sluice.benchmarks.load.net.UdpSocket;
import dev.sluice.benchmarks.load.sdp.Answer;
import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.dtls.LoadHandshake;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.engine.stun.BindingClient;
import dev.sluice.engine.stun.Stun;
import dev.sluice.engine.stun.StunAnswer;
import dev.sluice.engine.stun.StunAuthenticator;
import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProvider;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One client behind its own port: ICE as a controlling full agent, the way of its DTLS, SRTP. Confined to the reactor, but for
 * the {@link Link}, which is its handshake's.
 */
abstract class Peer {
    /** Browsers check consent about this often. */
    private static final long CONSENT_NS = 2_500_000_000L;

    private static final long FIRST_RETRY_NS = 50_000_000L;
    private static final long MAX_RETRY_NS = 500_000_000L;
    private static final int HANDSHAKE_DATAGRAMS = 64;

    private final UdpSocket socket;
    private final BindingClient checks;
    private final StunAuthenticator local;
    private final InetSocketAddress remote;
    private final CountDownLatch checked = new CountDownLatch(1);
    private final BlockingQueue<byte[]> flights = new ArrayBlockingQueue<>(HANDSHAKE_DATAGRAMS);
    private SrtpContext inbound;
    private SrtpContext outbound;
    private boolean reachable;
    private long checkDueNs;
    private long retryNs = FIRST_RETRY_NS;

    Peer(UdpSocket socket, Answer answer, InetSocketAddress remote, Credentials credentials, long nowNs) {
        this.socket = socket;
        this.remote = remote;
        this.local = new StunAuthenticator(credentials.password());
        this.checks = new BindingClient(
                answer.ufrag(),
                answer.password(),
                credentials.ufrag(),
                ThreadLocalRandom.current().nextLong());
        this.checkDueNs = nowNs;
    }

    /** The client's own half of ICE's credentials. */
    record Credentials(String ufrag, String password) {}

    /** Whether datagrams are wanted whole. */
    abstract boolean wantsWhole();

    /** An SRTP packet, of which at least {@link Desk#SLIM_BYTES} are there; it arrived then by CLOCK_REALTIME. */
    abstract void onRtp(MemorySegment segment, long offset, int lengthBytes, boolean whole, long arrivedNs);

    /** A decrypted RTCP packet. */
    abstract void onRtcp(MemorySegment segment, long offset, int lengthBytes, long nowNs);

    /** Once in each sweep, when connected: for reports. */
    abstract void onTick(Desk desk, long nowNs);

    /** The media may flow. */
    abstract void onConnected(long nowNs);

    /** Takes the keys of the handshake. */
    final void connect(SrtpProvider provider, SrtpKeys keys, long nowNs) {
        inbound = provider.open(keys.profile(), keys.remoteKey(), keys.remoteSalt(), false);
        outbound = provider.open(keys.profile(), keys.localKey(), keys.localSalt(), true);
        keys.wipe();
        onConnected(nowNs);
    }

    final boolean isConnected() {
        return outbound != null;
    }

    final SrtpContext inbound() {
        return inbound;
    }

    /** Receives all there is, and does what is due. */
    final void turn(Desk desk, long nowNs) {
        ReceiveBatch batch = wantsWhole() ? desk.whole : desk.slim;
        do {
            socket.receive(batch);
            for (int i = 0; i < batch.count(); i++) {
                onDatagram(desk, batch, i, nowNs);
            }
        } while (batch.isFull());
        if (nowNs - checkDueNs >= 0) {
            check(desk, nowNs);
        }
        if (isConnected()) {
            onTick(desk, nowNs);
        }
    }

    private void check(Desk desk, long nowNs) {
        socket.send(desk.out, 0, checks.write(desk.out, 0));
        if (reachable) {
            // Spread, so that the clients of a ramp do not all check at once.
            checkDueNs =
                    nowNs + (long) (CONSENT_NS * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
        } else {
            checkDueNs = nowNs + retryNs;
            retryNs = Math.min(2 * retryNs, MAX_RETRY_NS);
        }
    }

    private void onDatagram(Desk desk, ReceiveBatch batch, int index, long nowNs) {
        MemorySegment segment = batch.data();
        long offset = batch.offset(index);
        int length = batch.lengthBytes(index);
        if (length < Stun.HEADER_BYTES) {
            return;
        }
        int first = Bytes.u8(segment, offset);
        boolean whole = batch.isWhole(index);
        if (first >= 128) {
            int type = Bytes.u8(segment, offset + 1);
            if (type < 192 || type > 223) {
                onRtp(segment, offset, length, whole, batch.arrivedNs(index));
            } else if (whole && inbound != null) {
                int plain = inbound.unprotectRtcp(segment, offset, length);
                if (plain > 0) {
                    onRtcp(segment, offset, plain, nowNs);
                }
            }
        } else if (!whole) {
            return;
        } else if (first < 4) {
            onStun(desk, segment, offset, length, nowNs);
        } else {
            // When full it is lost, as in a network; DTLS sends again.
            flights.offer(segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private void onStun(Desk desk, MemorySegment segment, long offset, int lengthBytes, long nowNs) {
        if (desk.stun.parse(segment, offset, lengthBytes) < 0) {
            return;
        }
        if (desk.stun.isBindingRequest()) {
            if (local.isAuthentic(desk.stun)) {
                InetAddress address = remote.getAddress();
                long low = 0xffff_0000_0000L | Integer.toUnsignedLong(address.hashCode());
                int length = StunAnswer.writeSuccess(desk.stun, 0, low, remote.getPort(), local, desk.out, 0);
                socket.send(desk.out, 0, length);
            }
        } else if (!reachable && checks.isSuccess(desk.stun)) {
            reachable = true;
            checkDueNs = nowNs + CONSENT_NS;
            checked.countDown();
        }
    }

    /** Protects and sends the RTP packet that lies in {@code desk.out}. */
    final boolean sendRtp(Desk desk, int lengthBytes) {
        int length = outbound.protectRtp(desk.out, 0, lengthBytes, Desk.OUT_BYTES);
        return length > 0 && socket.send(desk.out, 0, length);
    }

    /** Protects and sends the RTCP packets that lie in {@code desk.out}. */
    final boolean sendRtcp(Desk desk, int lengthBytes) {
        int length = outbound.protectRtcp(desk.out, 0, lengthBytes, Desk.OUT_BYTES);
        return length > 0 && socket.send(desk.out, 0, length);
    }

    /** Its own UDP port. */
    public final int port() {
        return socket.localPort();
    }

    /** Waits on a virtual thread for the first answered check. */
    final boolean awaitChecked(long seconds) throws InterruptedException {
        return checked.await(seconds, TimeUnit.SECONDS);
    }

    final void close() {
        if (inbound != null) {
            inbound.close();
            outbound.close();
        }
        socket.close();
    }

    /** The way of the client's DTLS. Confined to the thread of its handshake. */
    final class Link implements LoadHandshake.Link {
        private static final int FOR_EVER_MILLIS = 3_600_000;

        @Override
        public void send(MemorySegment datagram, int lengthBytes) {
            socket.send(datagram, 0, lengthBytes);
        }

        @Override
        public byte[] receive(int waitMillis) {
            try {
                return flights.poll(waitMillis > 0 ? waitMillis : FOR_EVER_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }
}
