package dev.sluice.benchmarks.load.shape;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A recorded video stream: when each packet came, its length and whether it ended a frame. Immutable.
 *
 * <p>A line a packet: microseconds since the first one, bytes of the RTP packet, 1 for the marker bit; {@code #} begins a
 * comment. The last packet ends a frame; the pause behind it is taken to be the average of those before.
 */
final class Trace {
    private final List<Frame> frames;
    private final int packets;
    private final long lengthNs;

    /** One frame's packets. */
    record Frame(long startNs, long[] offsetNs, int[] lengthBytes) {
        int longest() {
            int longest = 0;
            for (int length : lengthBytes) {
                longest = Math.max(longest, length);
            }
            return longest;
        }
    }

    private Trace(List<Frame> frames) {
        this.frames = List.copyOf(frames);
        this.packets = frames.stream().mapToInt(frame -> frame.offsetNs.length).sum();
        long lastNs = frames.getLast().startNs;
        this.lengthNs = lastNs + lastNs / Math.max(1, frames.size() - 1);
    }

    /** Of a Chromium on loopback; {@code chromium.trace} says how it was taken. */
    static Trace chromium() {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(Trace.class.getResourceAsStream("chromium.trace"), StandardCharsets.US_ASCII))) {
            return parse(lines.readAllLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Trace parse(List<String> lines) {
        List<Frame> frames = new ArrayList<>();
        List<long[]> frame = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            String[] parts = line.strip().split(" ", -1);
            frame.add(new long[] {Long.parseLong(parts[0]) * 1_000, Long.parseLong(parts[1])});
            if (parts[2].equals("1")) {
                long startNs = frame.getFirst()[0];
                frames.add(new Frame(
                        startNs,
                        frame.stream().mapToLong(packet -> packet[0] - startNs).toArray(),
                        frame.stream().mapToInt(packet -> (int) packet[1]).toArray()));
                frame.clear();
            }
        }
        return new Trace(frames);
    }

    List<Frame> frames() {
        return frames;
    }

    int packets() {
        return packets;
    }

    /** With the pause behind the last frame. */
    long lengthNs() {
        return lengthNs;
    }
}
