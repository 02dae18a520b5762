package dev.sluice.benchmarks.load.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a stream's packets lie in time: a cycle that is repeated. Immutable. */
public final class Shape {
    /** The kinds of streams. */
    public enum Name {
        CHROMIUM,
        UPLINK,
        EVEN,
        AUDIO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int EVEN_FRAME_PACKETS = 10;

    private final long cycleNs;
    private final long[] atNs;
    private final long[] frameNs;
    private final int[] lengthBytes;
    private final boolean[] last;

    private Shape(long cycleNs, List<Packet> packets) {
        this.cycleNs = cycleNs;
        this.atNs = packets.stream().mapToLong(Packet::atNs).toArray();
        this.frameNs = packets.stream().mapToLong(Packet::frameNs).toArray();
        this.lengthBytes = packets.stream().mapToInt(Packet::lengthBytes).toArray();
        this.last = new boolean[packets.size()];
        for (int i = 0; i < last.length; i++) {
            last[i] = packets.get(i).last;
        }
    }

    private record Packet(long atNs, long frameNs, int lengthBytes, boolean last) {}

    /**
     * @param packetsPerSecond on average
     * @param lengthBytes of the longest RTP packet, header included
     */
    public static Shape of(Name name, int packetsPerSecond, int lengthBytes) {
        return switch (name) {
            case CHROMIUM -> traced(Trace.chromium(), packetsPerSecond, lengthBytes, false);
            case UPLINK -> traced(Trace.chromium(), packetsPerSecond, lengthBytes, true);
            case EVEN -> even(packetsPerSecond, lengthBytes, EVEN_FRAME_PACKETS);
            case AUDIO -> even(packetsPerSecond, lengthBytes, 1);
        };
    }

    private static Shape even(int packetsPerSecond, int lengthBytes, int framePackets) {
        long cycleNs = framePackets * 1_000_000_000L / packetsPerSecond;
        List<Packet> packets = new ArrayList<>();
        for (int i = 0; i < framePackets; i++) {
            packets.add(new Packet(cycleNs * i / framePackets, 0, lengthBytes, i == framePackets - 1));
        }
        return new Shape(cycleNs, packets);
    }

    /** The frames come faster or slower than recorded; within a frame the gaps stay, unless frames would overlap. */
    static Shape traced(Trace trace, int packetsPerSecond, int lengthBytes, boolean spread) {
        long cycleNs = trace.packets() * 1_000_000_000L / packetsPerSecond;
        double scale = (double) cycleNs / trace.lengthNs();
        List<Packet> packets = new ArrayList<>();
        List<Trace.Frame> frames = trace.frames();
        for (int f = 0; f < frames.size(); f++) {
            Trace.Frame frame = frames.get(f);
            long startNs = (long) (frame.startNs() * scale);
            long nextNs = f + 1 < frames.size() ? (long) (frames.get(f + 1).startNs() * scale) : cycleNs;
            int count = frame.offsetNs().length;
            for (int i = 0; i < count; i++) {
                long offsetNs =
                        spread ? (nextNs - startNs) * i / count : (long) (frame.offsetNs()[i] * Math.min(1, scale));
                packets.add(new Packet(
                        startNs + offsetNs,
                        startNs,
                        lengthBytes - (frame.longest() - frame.lengthBytes()[i]),
                        i == count - 1));
            }
        }
        return new Shape(cycleNs, packets);
    }

    /** Packets of a cycle. */
    public int packets() {
        return atNs.length;
    }

    /** How long a cycle lasts. */
    public long cycleNs() {
        return cycleNs;
    }

    /** When the packet of this running number is sent, counted from the start of the stream. */
    public long atNs(long index) {
        return index / atNs.length * cycleNs + atNs[(int) (index % atNs.length)];
    }

    /** When its frame was captured. */
    public long frameNs(long index) {
        return index / atNs.length * cycleNs + frameNs[(int) (index % atNs.length)];
    }

    public int lengthBytes(long index) {
        return lengthBytes[(int) (index % atNs.length)];
    }

    /** Whether it ends its frame. */
    public boolean isLast(long index) {
        return last[(int) (index % atNs.length)];
    }

    /** Whether it begins its frame. */
    public boolean isFirst(long index) {
        return last[(int) ((index + atNs.length - 1) % atNs.length)];
    }
}
