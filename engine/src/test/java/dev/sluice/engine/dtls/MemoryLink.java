package dev.sluice.engine.dtls;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * An endpoint and the network before it, which may lose, double and reorder in both directions, from a seed. The thread
 * that uses it is the endpoint's owner. Confined to one thread.
 */
final class MemoryLink implements DtlsTestClient.Link {
    /** Between two datagrams in the endpoint's time; longer than it waits before it takes a hello for a resend. */
    private static final long STEP_NS = 50_000_000;

    private final Semaphore progress = new Semaphore(0);
    private final Deque<byte[]> toClient = new ArrayDeque<>();
    private final SplittableRandom random;
    private final double badRate;
    private byte[] lateToServer;
    private long nowNs;

    final DtlsEndpoint endpoint;
    final List<byte[]> sent = new ArrayList<>();
    final List<byte[]> received = new ArrayList<>();
    /** How many of the next datagrams from the server get lost. */
    int loseFromServer;
    /** Whether what the client sends comes twice, in one datagram. */
    boolean doubleUp;

    /** A network without fault. */
    MemoryLink(DtlsServer server, Fingerprint... fingerprints) {
        this(server, 0, 0, fingerprints);
    }

    /** Loses that share of the datagrams, doubles as many, and lets as many be overtaken by the next. */
    MemoryLink(DtlsServer server, long seed, double badRate, Fingerprint... fingerprints) {
        this(server, new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND), seed, badRate, fingerprints);
    }

    /** Waits for its turn in a queue that it may share with others. */
    MemoryLink(DtlsServer server, HandshakeQueue queue, long seed, double badRate, Fingerprint... fingerprints) {
        this.endpoint = server.open(List.of(fingerprints), queue, progress::release);
        this.random = new SplittableRandom(seed);
        this.badRate = badRate;
    }

    @Override
    public void send(byte[] datagram) {
        sent.add(datagram);
        if (doubleUp) {
            byte[] both = Arrays.copyOf(datagram, 2 * datagram.length);
            System.arraycopy(datagram, 0, both, datagram.length, datagram.length);
            deliver(both);
            return;
        }
        double chance = random.nextDouble();
        if (chance < badRate) {
            return;
        }
        if (chance < 2 * badRate && lateToServer == null) {
            lateToServer = datagram;
            return;
        }
        deliver(datagram);
        if (chance > 1 - badRate) {
            deliver(datagram);
        }
        deliverLate();
    }

    private void deliverLate() {
        if (lateToServer != null) {
            deliver(lateToServer);
            lateToServer = null;
        }
    }

    /** Past the network. */
    int deliver(byte[] datagram) {
        nowNs += STEP_NS;
        return endpoint.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length, nowNs);
    }

    @Override
    public byte[] receive(int timeoutMillis) {
        deliverLate();
        collect();
        try {
            while (toClient.isEmpty() && progress.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS)) {
                collect();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        byte[] datagram = toClient.poll();
        if (datagram != null) {
            received.add(datagram);
        }
        return datagram;
    }

    /** Waits until the endpoint is in that state, at most 20 s. */
    DtlsEndpoint.State await(DtlsEndpoint.State wanted) {
        try {
            while (endpoint.state() != wanted && progress.tryAcquire(20, TimeUnit.SECONDS)) {
                collect();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return endpoint.state();
    }

    private void collect() {
        byte[] buffer = new byte[DtlsServer.MAX_DATAGRAM_BYTES];
        int lengthBytes;
        while ((lengthBytes = endpoint.pollOutbound(MemorySegment.ofArray(buffer), 0, buffer.length)) > 0) {
            byte[] datagram = Arrays.copyOf(buffer, lengthBytes);
            double chance = random.nextDouble();
            if (loseFromServer > 0) {
                loseFromServer--;
            } else if (chance >= badRate) {
                if (chance < 2 * badRate) {
                    toClient.addFirst(datagram);
                } else {
                    toClient.add(datagram);
                }
                if (chance > 1 - badRate) {
                    toClient.add(datagram);
                }
            }
        }
    }
}
