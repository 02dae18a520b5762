package dev.sluice.benchmarks.load.client;

import dev.sluice.benchmarks.load.measure.Histogram;
import dev.sluice.benchmarks.load.net.UdpSocket;
import dev.sluice.benchmarks.load.sdp.Answer;
import dev.sluice.benchmarks.load.sdp.Kind;
import dev.sluice.benchmarks.load.shape.PacketContent;
import dev.sluice.benchmarks.load.shape.Shape;
import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.rtcp.RtcpReader;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** A client that publishes one stream by its shape. Confined to the reactor. */
public final class Publisher extends Peer {
    private static final int HEADER_BYTES = 12;
    private static final int EXTENSION_BYTES = 8;
    private static final int SENDER_REPORT_BYTES = 28;
    /** Seconds from 1900 to 1970 (RFC 3550 section 4). */
    private static final long NTP_EPOCH_S = 2_208_988_800L;

    private static final int REMEMBERED = 1 << 12;

    private final Kind kind;
    private final Shape shape;
    private final PacketContent content;
    private final int ssrc;
    private final int payloadType;
    private final int transportCcId;
    /** What stands in the shape where this stream begins. */
    private final long firstOfShape;

    private final long reportEveryNs;
    private final RtcpReader rtcp = new RtcpReader();
    /** When packets were sent, by CLOCK_REALTIME, by the low bits of their running number. */
    private final long[] sentNs = new long[REMEMBERED];

    private final Histogram late = new Histogram();
    private long next;
    private long frame;
    private long frameStart;
    private long startNs;
    private long reportDueNs;
    private boolean keyFrameWanted = true;
    private boolean inKeyFrame;
    private long failures;
    private long windowFrom = Long.MAX_VALUE;
    private long windowTo = Long.MAX_VALUE;

    /**
     * @param first begins with this packet of the shape, or the next one that begins a frame
     * @param reportEveryNs time between sender reports, 0 for none
     */
    Publisher(
            UdpSocket socket,
            Answer answer,
            InetSocketAddress remote,
            Credentials credentials,
            Kind kind,
            Shape shape,
            int ssrc,
            long first,
            long reportEveryNs,
            long nowNs) {
        super(socket, answer, remote, credentials, nowNs);
        this.kind = kind;
        this.shape = shape;
        this.content = new PacketContent(kind == Kind.VIDEO);
        this.ssrc = ssrc;
        this.payloadType = answer.payloadType();
        this.transportCcId = answer.transportCcId();
        this.firstOfShape = frameFrom(first);
        this.reportEveryNs = reportEveryNs;
    }

    private long frameFrom(long packet) {
        long first = packet;
        while (!shape.isFirst(first)) {
            first++;
        }
        return first;
    }

    /** Where the packet of this running number stands in the shape. */
    private long inShape(long number) {
        return firstOfShape + number;
    }

    @Override
    boolean wantsWhole() {
        return true;
    }

    @Override
    void onConnected(long nowNs) {
        startNs = nowNs - shape.atNs(firstOfShape);
        reportDueNs = nowNs + reportEveryNs;
    }

    /** When the next packet is to be sent, by System.nanoTime. */
    long dueNs() {
        return startNs + shape.atNs(inShape(next));
    }

    /** Sends the next packet. */
    void send(Desk desk, long nowNs) {
        if (shape.isFirst(inShape(next))) {
            frame++;
            frameStart = next;
            inKeyFrame = keyFrameWanted;
            keyFrameWanted = false;
        }
        if (isInWindow(next)) {
            late.record(nowNs - dueNs());
        }
        MemorySegment out = desk.out;
        boolean last = shape.isLast(inShape(next));
        int headerBytes = HEADER_BYTES + (transportCcId == 0 ? 0 : EXTENSION_BYTES);
        Bytes.put8(out, 0, transportCcId == 0 ? 0x80 : 0x90);
        Bytes.put8(out, 1, payloadType | (last && kind == Kind.VIDEO ? 0x80 : 0));
        Bytes.put16(out, 2, (int) next & 0xffff);
        Bytes.put32(out, 4, timestamp());
        Bytes.put32(out, 8, ssrc);
        if (transportCcId != 0) {
            // One-byte header form, one element of two bytes, one of padding (RFC 8285 section 4.2).
            Bytes.put32(out, 12, 0xbede_0001L);
            Bytes.put8(out, 16, transportCcId << 4 | 1);
            Bytes.put16(out, 17, (int) next & 0xffff);
            Bytes.put8(out, 19, 0);
        }
        int lengthBytes = Math.max(shape.lengthBytes(inShape(next)), headerBytes + PacketContent.MIN_BYTES);
        content.write(
                out, headerBytes, lengthBytes - headerBytes, next, frame, shape.isFirst(inShape(next)), inKeyFrame);
        if (!sendRtp(desk, lengthBytes)) {
            failures++;
        }
        sentNs[(int) next & REMEMBERED - 1] = desk.clock.realtimeNs();
        next++;
    }

    private long timestamp() {
        return shape.frameNs(inShape(next)) / 1_000 * kind.clockRate() / 1_000_000;
    }

    @Override
    void onTick(Desk desk, long nowNs) {
        if (reportEveryNs > 0 && nowNs - reportDueNs >= 0 && next > 0) {
            reportDueNs = nowNs + reportEveryNs;
            report(desk, nowNs);
        }
    }

    /** A sender report (RFC 3550 section 6.4.1). */
    private void report(Desk desk, long nowNs) {
        MemorySegment out = desk.out;
        long realtimeNs = desk.clock.realtimeNs();
        Bytes.put32(out, 0, 0x80c8_0006L);
        Bytes.put32(out, 4, ssrc);
        Bytes.put32(out, 8, realtimeNs / 1_000_000_000L + NTP_EPOCH_S);
        Bytes.put32(out, 12, (realtimeNs % 1_000_000_000L << 32) / 1_000_000_000L);
        Bytes.put32(out, 16, (nowNs - startNs) / 1_000 * kind.clockRate() / 1_000_000);
        Bytes.put32(out, 20, next);
        Bytes.put32(out, 24, next * shape.lengthBytes(0));
        sendRtcp(desk, SENDER_REPORT_BYTES);
    }

    @Override
    void onRtp(MemorySegment segment, long offset, int lengthBytes, boolean whole, long arrivedNs) {
        // Nobody sends media to a publisher.
    }

    @Override
    void onRtcp(MemorySegment segment, long offset, int lengthBytes, long nowNs) {
        rtcp.open(segment, offset, lengthBytes);
        int type = rtcp.next();
        while (type > 0) {
            keyFrameWanted |= type == RtcpReader.PLI || type == RtcpReader.FIR;
            type = rtcp.next();
        }
    }

    boolean isFrameEnd(long number) {
        return shape.isLast(inShape(number));
    }

    /** When a packet was sent; 0 when that is too long ago to be known. */
    long sentNs(long number) {
        return number >= 0 && number < next && next - number <= REMEMBERED ? sentNs[(int) number & REMEMBERED - 1] : 0;
    }

    /** Packets from now on are measured. */
    public void openWindow() {
        windowFrom = next;
    }

    /** Packets from now on are not measured any more. */
    public void closeWindow() {
        windowTo = next;
    }

    boolean isInWindow(long number) {
        return number >= windowFrom && number < windowTo;
    }

    /** How many of the packets from the one to before the other are measured. */
    long inWindow(long from, long to) {
        return Math.max(0, Math.min(windowTo, to) - Math.max(windowFrom, from));
    }

    /** Whether no later frame than this packet's was sent yet. */
    boolean isOfNewestFrame(long number) {
        return number >= frameStart;
    }

    long windowFrom() {
        return windowFrom;
    }

    /** Packets sent in the window. */
    public long sent() {
        return windowTo - windowFrom;
    }

    /** Sends that the kernel refused. */
    public long failures() {
        return failures;
    }

    /** By how much packets of the window were sent after their time. */
    public Histogram late() {
        return late;
    }
}
