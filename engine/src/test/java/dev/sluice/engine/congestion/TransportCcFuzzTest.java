package dev.sluice.engine.congestion;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.engine.congestion.FeedbackDecoder.Feedback;
import dev.sluice.engine.congestion.FeedbackDecoder.Status;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtcp.TransportFeedbackReader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Any transport sequence numbers at any times: feedback stays well formed, bounded, and ends. */
class TransportCcFuzzTest {
    private static final int ROOM = 1_200;
    /** A history of the costliest deltas fills nine packets; far apart in time, a packet each. */
    private static final int MAX_FEEDBACKS = TransportCcRecorder.HISTORY;

    @FuzzTest
    void shouldStayWellFormedWhenGivenAnyArrivals(byte[] data) {
        ByteBuffer in = ByteBuffer.wrap(data);
        TransportCcRecorder recorder = new TransportCcRecorder();
        byte[] memory = new byte[ROOM];
        long nowNs = 0;
        while (in.remaining() >= 5) {
            int sequence = in.getShort();
            int step = in.getShort();
            int what = in.get();
            nowNs += (what & 1) == 0 ? step * 1_000L : step * 1_000_000L;
            recorder.onPacket(sequence & 0xffff, nowNs);
            if ((what & 2) != 0) {
                drain(recorder, memory);
            }
        }
        drain(recorder, memory);
    }

    @Test
    void shouldStayWellFormedWhenNumbersJumpAbout() {
        for (long seed = 1; seed <= 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] data = new byte[random.nextInt(10_000)];
            random.nextBytes(data);
            // Smaller jumps than all random ones, in half of the runs.
            for (int i = 0; seed % 2 == 0 && i + 4 < data.length; i += 5) {
                data[i] = (byte) (random.nextInt(16) == 0 ? random.nextInt() : 0);
                data[i + 2] = 0;
                data[i + 4] = (byte) (data[i + 4] & (random.nextInt(64) == 0 ? -1 : 1));
            }
            try {
                shouldStayWellFormedWhenGivenAnyArrivals(data);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /** What the player's side reads is what was written. */
    private static void compare(Feedback feedback, byte[] memory, int length) {
        RtcpReader rtcp = new RtcpReader();
        TransportFeedbackReader reader = new TransportFeedbackReader();
        check(rtcp.open(MemorySegment.ofArray(memory), 0, length) == 0);
        check(rtcp.next() == RtcpReader.TRANSPORT_CC && reader.open(rtcp) == 0);
        for (Status status : feedback.packets()) {
            check(reader.next()
                    == (status.arrived() ? TransportFeedbackReader.ARRIVED : TransportFeedbackReader.MISSING));
            check(reader.sequence() == status.sequence());
            check(!status.arrived() || (reader.arrivalUs() / 250 - status.ticks()) % (1 << 24) == 0);
        }
        check(reader.next() == TransportFeedbackReader.END);
    }

    private static void check(boolean right) {
        if (!right) {
            throw new AssertionError("read otherwise than written");
        }
    }

    private static void drain(TransportCcRecorder recorder, byte[] memory) {
        int feedbacks = 0;
        while (recorder.isPending()) {
            int length = recorder.writeFeedback(MemorySegment.ofArray(memory), 0, ROOM, 1, 2);
            Feedback feedback = FeedbackDecoder.decode(Arrays.copyOf(memory, length));
            compare(feedback, memory, length);
            feedbacks++;
            if (feedback.packets().stream().noneMatch(Status::arrived) || feedbacks > MAX_FEEDBACKS) {
                throw new AssertionError("feedback without an end: " + feedback);
            }
        }
    }
}
