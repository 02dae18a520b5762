package dev.sluice.benchmarks.load.client;

import dev.sluice.benchmarks.load.measure.Histogram;
import dev.sluice.benchmarks.load.net.UdpSocket;
import dev.sluice.benchmarks.load.sdp.Answer;
import dev.sluice.benchmarks.load.sdp.Kind;
import dev.sluice.benchmarks.load.shape.PacketContent;
import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.congestion.TransportCcRecorder;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A client that plays one stream and counts what comes. Confined to the reactor.
 *
 * <p>Every player decrypts until it is at live: a server may begin with old packets, and leave the rest of them out for a newer
 * key frame. From there the sequence numbers, which SRTP leaves in the clear, say which packet is which. A sampled player decrypts
 * all: integrity, content, order, and the time each took.
 */
public final class Player extends Peer {
    private static final int REPORT_BYTES = 32;
    private static final int MAX_FEEDBACK_BYTES = 1_200;
    private static final long NTP_FRACTION = 65_536;
    /** Browsers send feedback far more often than receiver reports. */
    private static final long MIN_REPORT_NS = 1_000_000_000L;
    /** Who is not at live by then is behind for another reason than its start. */
    private static final long MAX_START_NS = 5_000_000_000L;

    private final Publisher publisher;
    private final PacketContent content;
    private final boolean sampled;
    private final Histogram latency;
    private final Histogram held;
    private final long reportEveryNs;
    private final int transportCcId;
    /** Null when no feedback is wanted. */
    private final TransportCcRecorder transportCc;

    private final int ownSsrc = ThreadLocalRandom.current().nextInt();
    private final CountDownLatch playing = new CountDownLatch(1);

    private int ssrc;
    private boolean identified;
    private boolean live;
    /** The highest sequence number, extended. */
    private long highest;
    /** What makes a running number of an extended sequence number. */
    private long toNumber;

    private long firstNumber;
    private volatile long firstArrivedNs;
    private long reportDueNs;
    private long feedbackDueNs;
    private int lastSenderReport;
    private long lastSenderReportNs;

    /** Sequence numbers that did not come so far. */
    private long missing;

    private long got;
    private long gaps;
    private long behind;
    private long bad;
    private long strayed;
    private long skipped;
    private long other;
    private long probes;

    /**
     * @param sampled whether it decrypts all
     * @param latency of sampled players: from a frame's last packet sent to its arrival
     * @param held of sampled players: the same of a frame's other packets
     */
    Player(
            UdpSocket socket,
            Answer answer,
            InetSocketAddress remote,
            Credentials credentials,
            Publisher publisher,
            boolean sampled,
            PacketContent content,
            Histogram latency,
            Histogram held,
            long reportEveryNs,
            long nowNs) {
        super(socket, answer, remote, credentials, nowNs);
        this.publisher = publisher;
        this.sampled = sampled;
        this.content = content;
        this.latency = latency;
        this.held = held;
        this.reportEveryNs = reportEveryNs;
        this.transportCcId = answer.transportCcId();
        this.transportCc = reportEveryNs > 0 ? new TransportCcRecorder() : null;
    }

    @Override
    boolean wantsWhole() {
        return sampled || !live;
    }

    @Override
    void onConnected(long nowNs) {
        feedbackDueNs =
                nowNs + (long) (reportEveryNs * ThreadLocalRandom.current().nextDouble());
        reportDueNs = feedbackDueNs;
    }

    @Override
    void onRtp(MemorySegment segment, long offset, int lengthBytes, boolean whole, long arrivedNs) {
        if (transportCc != null) {
            // A server that gives out no such numbers is sent the same feedback, so that builds can be compared under
            // one load.
            int transportSequence = transportCcId == 0
                    ? Bytes.u16(segment, offset + 2)
                    : transportSequence(segment, offset, transportCcId);
            if (transportSequence >= 0) {
                transportCc.onPacket(transportSequence, arrivedNs);
            }
        }
        int packetSsrc = Bytes.i32(segment, offset + 8);
        boolean probe = isRetransmission(segment, offset);
        if (firstArrivedNs == 0 && !probe) {
            firstArrivedNs = arrivedNs;
        }
        if (probe) {
            probes++;
        } else if (identified && packetSsrc != ssrc) {
            other++;
        } else if (!sampled && live) {
            count(Bytes.u16(segment, offset + 2));
        } else if (whole && inbound() != null) {
            decrypt(segment, offset, lengthBytes, arrivedNs, packetSsrc);
        }
    }

    private void decrypt(MemorySegment segment, long offset, int lengthBytes, long arrivedNs, int packetSsrc) {
        int sequence = Bytes.u16(segment, offset + 2);
        int length = inbound().unprotectRtp(segment, offset, lengthBytes);
        if (length < 0) {
            bad++;
            return;
        }
        int header = headerBytes(segment, offset);
        length -= paddingBytes(segment, offset, length);
        long number = PacketContent.number(segment, offset + header, length - header);
        if (number < 0) {
            // Padding to probe the way is no media.
            if (identified && length == header) {
                pass(sequence);
            } else {
                other += identified ? 0 : 1;
                bad += identified ? 1 : 0;
            }
            return;
        }
        if (!identified) {
            identified = true;
            playing.countDown();
            ssrc = packetSsrc;
            highest = 65_535L + sequence;
            toNumber = number - (highest + 1);
            firstNumber = number;
        }
        follow(number - toNumber - extend(sequence), content.startsKeyFrame(segment, offset + header, length - header));
        count(sequence);
        live |= publisher.isOfNewestFrame(number) || arrivedNs - firstArrivedNs > MAX_START_NS;
        if (sampled && publisher.isInWindow(number)) {
            measure(segment, offset + header, length - header, number, arrivedNs);
        }
    }

    /** Takes it in when packets were left out, or others came, without a gap in the sequence. */
    private void follow(long jump, boolean toKeyFrame) {
        if (jump > 0 && toKeyFrame && !live) {
            skipped += publisher.inWindow(highest + 1 + toNumber, highest + 1 + toNumber + jump);
        } else {
            strayed += Math.abs(jump);
        }
        toNumber += jump;
    }

    private void measure(MemorySegment segment, long payload, int lengthBytes, long number, long arrivedNs) {
        if (!content.isIntact(segment, payload, lengthBytes, number)) {
            bad++;
        }
        long sentNs = publisher.sentNs(number);
        // Who joins while it is measured gets a burst of old packets first.
        if (sentNs != 0 && arrivedNs != 0 && firstNumber < publisher.windowFrom()) {
            (publisher.isFrameEnd(number) ? latency : held).record(arrivedNs - sentNs);
        }
    }

    /** The number in transport-wide congestion control's header extension; −1 without. Reads the one-byte form (RFC 8285). */
    static int transportSequence(MemorySegment segment, long offset, int transportCcId) {
        int first = Bytes.u8(segment, offset);
        long at = offset + 12 + 4L * (first & 0xf);
        if ((first & 0x10) == 0 || Bytes.u16(segment, at) != 0xbede) {
            return -1;
        }
        long end = Math.min(at + 4 + 4L * Bytes.u16(segment, at + 2), offset + Desk.SLIM_BYTES - 4);
        at += 4;
        while (at < end) {
            int element = Bytes.u8(segment, at);
            if (element >> 4 == transportCcId) {
                return Bytes.u16(segment, at + 1);
            }
            // A byte of padding is 0; any other says its length less one.
            at += element == 0 ? 1 : 2 + (element & 0xf);
        }
        return -1;
    }

    /** Behind the payload, with the P bit (RFC 3550 section 5.1): servers pad to even packets out, or to probe the way. */
    private static int paddingBytes(MemorySegment segment, long offset, int lengthBytes) {
        return (Bytes.u8(segment, offset) & 0x20) == 0 ? 0 : Bytes.u8(segment, offset + lengthBytes - 1);
    }

    static int headerBytes(MemorySegment segment, long offset) {
        int first = Bytes.u8(segment, offset);
        int length = 12 + 4 * (first & 0xf);
        return (first & 0x10) == 0 ? length : length + 4 + 4 * Bytes.u16(segment, offset + length + 2);
    }

    /** Of RFC 4588's format: nothing is ever asked for again here, so these are probes. */
    private static boolean isRetransmission(MemorySegment segment, long offset) {
        return (Bytes.u8(segment, offset + 1) & 0x7f) == Kind.VIDEO.rtxPayloadType();
    }

    /** A number in the stream's sequence that is none of the publisher's: those behind it are one further. */
    private void pass(int sequence) {
        long extended = extend(sequence);
        if (extended > highest) {
            missing += extended - highest - 1;
            highest = extended;
            toNumber--;
        }
    }

    private long extend(int sequence) {
        return highest + (short) (sequence - (int) highest);
    }

    private void count(int sequence) {
        long extended = extend(sequence);
        boolean measured = publisher.isInWindow(extended + toNumber);
        got += measured ? 1 : 0;
        if (extended > highest) {
            missing += extended - highest - 1;
            gaps += measured ? extended - highest - 1 : 0;
            highest = extended;
        } else {
            missing--;
            behind += measured ? 1 : 0;
        }
    }

    @Override
    void onRtcp(MemorySegment segment, long offset, int lengthBytes, long nowNs) {
        // A sender report comes first in its datagram (RFC 3550 section 6.1); LSR is the middle of its time.
        if (Bytes.u8(segment, offset + 1) == 200 && lengthBytes >= 28) {
            lastSenderReport = Bytes.i32(segment, offset + 10);
            lastSenderReportNs = nowNs;
        }
    }

    @Override
    void onTick(Desk desk, long nowNs) {
        if (reportEveryNs == 0 || !identified) {
            return;
        }
        if (nowNs - reportDueNs >= 0) {
            reportDueNs += Math.max(reportEveryNs, MIN_REPORT_NS);
            report(desk, nowNs);
        }
        if (nowNs - feedbackDueNs >= 0) {
            feedbackDueNs += reportEveryNs;
            feedback(desk);
        }
    }

    /** A receiver report (RFC 3550 section 6.4.2). */
    private void report(Desk desk, long nowNs) {
        MemorySegment out = desk.out;
        Bytes.put32(out, 0, 0x81c9_0007L);
        Bytes.put32(out, 4, ownSsrc);
        Bytes.put32(out, 8, ssrc);
        Bytes.put32(out, 12, Math.clamp(missing, 0, 0x7f_ffff));
        Bytes.put32(out, 16, highest - 65_536);
        Bytes.put32(out, 20, 0);
        Bytes.put32(out, 24, lastSenderReport);
        Bytes.put32(
                out, 28, lastSenderReport == 0 ? 0 : (nowNs - lastSenderReportNs) / 1_000 * NTP_FRACTION / 1_000_000);
        sendRtcp(desk, REPORT_BYTES);
    }

    /** What came when, for the server's estimate of our bandwidth. */
    private void feedback(Desk desk) {
        int length =
                transportCc == null ? 0 : transportCc.writeFeedback(desk.out, 0, MAX_FEEDBACK_BYTES, ownSsrc, ssrc);
        while (length > 0) {
            sendRtcp(desk, length);
            length = transportCc.writeFeedback(desk.out, 0, MAX_FEEDBACK_BYTES, ownSsrc, ssrc);
        }
    }

    /**
     * Waits on a virtual thread for a packet that can be read.
     *
     * @return when the kernel took in the first packet of media, by CLOCK_REALTIME: our own handshake may have ended later; or 0
     */
    long awaitPlaying(long seconds) throws InterruptedException {
        return playing.await(seconds, TimeUnit.SECONDS) ? firstArrivedNs : 0;
    }

    /** Whether the stream's running numbers could be read: without, nothing is counted. */
    public boolean isIdentified() {
        return identified;
    }

    /** Packets of the window that were to come. */
    public long expected() {
        return publisher.inWindow(identified ? firstNumber : 0, Long.MAX_VALUE) - skipped;
    }

    /** Packets of the window that came. */
    public long got() {
        return got;
    }

    /** Sequence numbers that were jumped over in the window. */
    public long gaps() {
        return gaps;
    }

    /** Packets of the window that came behind a later one, or twice. */
    public long behind() {
        return behind;
    }

    /** Packets that did not decrypt, or with other content than was sent. */
    public long bad() {
        return bad;
    }

    /** Packets of a sampled player at live that the server left out, or sent besides, with no gap in the sequence. */
    public long strayed() {
        return strayed;
    }

    /** Packets of the window that were left out at the start, for a key frame that came before live was reached. */
    public long skipped() {
        return skipped;
    }

    /** Packets of SSRCs that are nobody's. */
    public long other() {
        return other;
    }

    /** Packets in RTX's format: nothing is asked for again, so these are padding that finds out what the way carries. */
    public long probes() {
        return probes;
    }
}
