package dev.sluice.benchmarks.load.client;

import dev.sluice.benchmarks.load.net.UdpSocket;
import dev.sluice.benchmarks.load.sdp.Answer;
import dev.sluice.benchmarks.load.sdp.Kind;
import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.congestion.TransportCcRecorder;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A player behind a bad way, which is played here: what the way would lose is thrown away, and what it would keep waiting is
 * said to have come later. Asks for what it misses as browsers do. Nothing is counted of it; it is there for what the others
 * see of it. Confined to the reactor.
 */
final class BadPlayer extends Peer {
    private static final int NACK_BYTES = 16;
    private static final int PLI_BYTES = 12;
    /** As libwebrtc on a short way. */
    private static final long ASK_AGAIN_NS = 20_000_000L;

    private static final int MAX_ASKS = 10;
    private static final int MAX_MISSING = 1_000;
    private static final long PLI_EVERY_NS = 1_000_000_000L;
    private static final int MAX_FEEDBACK_BYTES = 1_200;

    /** A packet that still stands in the way's queue, until that time of CLOCK_REALTIME. */
    private record Waiting(int transportSequence, long arrivesNs) {}

    private final BadWay way;
    private final long reportEveryNs;
    private final int transportCcId;
    private final TransportCcRecorder transportCc = new TransportCcRecorder();
    private final SplittableRandom random;
    private final int ownSsrc = ThreadLocalRandom.current().nextInt();
    /** How often each missing number was asked for. */
    private final Map<Long, Integer> missing = new TreeMap<>();

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int ssrc;
    private long highest = -1;
    private long freeNs;
    private long askDueNs;
    private long feedbackDueNs;
    private long pliDueNs;
    private boolean wantsKeyFrame;

    BadPlayer(
            UdpSocket socket,
            Answer answer,
            InetSocketAddress remote,
            Credentials credentials,
            BadWay way,
            long reportEveryNs,
            long nowNs) {
        super(socket, answer, remote, credentials, nowNs);
        this.way = way;
        this.reportEveryNs = reportEveryNs;
        this.transportCcId = answer.transportCcId();
        this.random = new SplittableRandom(socket.localPort());
    }

    @Override
    boolean wantsWhole() {
        // A repair says what it repairs behind the part that SRTP encrypts.
        return true;
    }

    @Override
    void onConnected(long nowNs) {
        askDueNs = nowNs;
        feedbackDueNs = nowNs;
        pliDueNs = nowNs;
    }

    @Override
    void onRtp(MemorySegment segment, long offset, int lengthBytes, boolean whole, long arrivedNs) {
        freeNs = Math.max(freeNs, arrivedNs) + way.sendingNs(lengthBytes);
        if (freeNs - arrivedNs > BadWay.QUEUE_NS) {
            freeNs -= way.sendingNs(lengthBytes);
            return;
        }
        if (random.nextDouble() < way.lossShare() || inbound() == null) {
            return;
        }
        int transportSequence = Player.transportSequence(segment, offset, transportCcId);
        if (transportSequence >= 0) {
            waiting.add(new Waiting(transportSequence, freeNs));
        }
        int length = inbound().unprotectRtp(segment, offset, lengthBytes);
        if (length < 0) {
            return;
        }
        if ((Bytes.u8(segment, offset + 1) & 0x7f) == Kind.VIDEO.rtxPayloadType()) {
            int header = Player.headerBytes(segment, offset);
            if (length - header >= 2) {
                missing.remove(extend(Bytes.u16(segment, offset + header)));
            }
        } else {
            ssrc = Bytes.i32(segment, offset + 8);
            onSequence(Bytes.u16(segment, offset + 2));
        }
    }

    private void onSequence(int sequence) {
        if (highest < 0) {
            highest = 65_536L + sequence;
            return;
        }
        long extended = extend(sequence);
        for (long number = highest + 1; number < extended && missing.size() < MAX_MISSING; number++) {
            missing.put(number, 0);
        }
        missing.remove(extended);
        highest = Math.max(highest, extended);
    }

    private long extend(int sequence) {
        return highest + (short) (sequence - (int) highest);
    }

    @Override
    void onRtcp(MemorySegment segment, long offset, int lengthBytes, long nowNs) {
        // Nothing is reported but what came.
    }

    @Override
    void onTick(Desk desk, long nowNs) {
        if (highest < 0) {
            return;
        }
        if (nowNs - askDueNs >= 0) {
            askDueNs = nowNs + ASK_AGAIN_NS;
            ask(desk);
        }
        if (nowNs - feedbackDueNs >= 0) {
            feedbackDueNs = nowNs + reportEveryNs;
            long realtimeNs = desk.clock.realtimeNs();
            while (!waiting.isEmpty() && waiting.getFirst().arrivesNs() <= realtimeNs) {
                Waiting packet = waiting.removeFirst();
                transportCc.onPacket(packet.transportSequence(), packet.arrivesNs());
            }
            int length;
            while ((length = transportCc.writeFeedback(desk.out, 0, MAX_FEEDBACK_BYTES, ownSsrc, ssrc)) > 0) {
                sendRtcp(desk, length);
            }
        }
        if (wantsKeyFrame && nowNs - pliDueNs >= 0) {
            pliDueNs = nowNs + PLI_EVERY_NS;
            wantsKeyFrame = false;
            header(desk.out, 1, 206, PLI_BYTES);
            sendRtcp(desk, PLI_BYTES);
        }
    }

    /** Generic NACKs (RFC 4585 section 6.2.1), seventeen numbers in each; what was asked for in vain becomes a key frame request. */
    private void ask(Desk desk) {
        long first = -1;
        int mask = 0;
        for (Iterator<Map.Entry<Long, Integer>> all = missing.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Long, Integer> next = all.next();
            if (next.getValue() >= MAX_ASKS) {
                all.remove();
                wantsKeyFrame = true;
                continue;
            }
            next.setValue(next.getValue() + 1);
            long number = next.getKey();
            if (first >= 0 && number - first > 16) {
                nack(desk, first, mask);
                first = -1;
            }
            if (first < 0) {
                first = number;
                mask = 0;
            } else {
                mask |= 1 << (number - first - 1);
            }
        }
        if (first >= 0) {
            nack(desk, first, mask);
        }
    }

    private void nack(Desk desk, long first, int mask) {
        header(desk.out, 1, 205, NACK_BYTES);
        Bytes.put32(desk.out, 12, (first & 0xffff) << 16 | mask);
        sendRtcp(desk, NACK_BYTES);
    }

    private void header(MemorySegment out, int format, int type, int lengthBytes) {
        Bytes.put32(out, 0, 0x8000_0000L | (long) format << 24 | (long) type << 16 | lengthBytes / 4 - 1);
        Bytes.put32(out, 4, ownSsrc);
        Bytes.put32(out, 8, ssrc);
    }
}
