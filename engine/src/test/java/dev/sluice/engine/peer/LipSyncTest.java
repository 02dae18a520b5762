package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtcp.RtcpWriter;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/**
 * What a player makes of our sender reports: sound and picture of one moment must get one time, though pictures travel
 * longer, clocks differ, and publishers replace each other.
 */
class LipSyncTest {
    private static final long MS = 1_000_000;
    private static final int STEP_MS = 20;

    private final Network network = new Network();

    @Test
    void shouldGiveSoundAndPictureOfOneMomentTheSameTimeAcrossAReplacedPublisher() {
        RemotePeer player = network.player();
        Camera first = new Camera(network.publisher(), player, 4_294_960_000L, 77, 1_500_000_000_000_000_000L, 80);
        first.run(4_000);
        assertEquals(0, first.apartMs(), 2, "the first publisher");
        Camera second = new Camera(network.publisher(), player, 5, 3_000_000_000L, 3_600_000_000_000L, 260);
        second.run(4_000);
        assertEquals(0, second.apartMs(), 2, "the second publisher");
    }

    /** A publisher that captures sound and picture of the same moments; encoding delays the picture's packets. */
    private final class Camera {
        private final RemotePeer remote;
        private final RemotePeer player;
        private final long audioStart;
        private final long videoStart;
        private final long unixNs;
        private final int pictureDelaySteps;
        private final long startNs = network.nowNs;
        private int step;
        private long soundCapturedMs;
        private long pictureCapturedMs;

        Camera(
                RemotePeer remote,
                RemotePeer player,
                long audioStart,
                long videoStart,
                long unixNs,
                int pictureDelayMs) {
            this.remote = remote;
            this.player = player;
            this.audioStart = audioStart;
            this.videoStart = videoStart;
            this.unixNs = unixNs;
            this.pictureDelaySteps = pictureDelayMs / STEP_MS;
        }

        void run(int ms) {
            for (int end = step + ms / STEP_MS; step < end; step++) {
                soundCapturedMs = (long) step * STEP_MS;
                long audio = audioStart + step * 960L;
                assertEquals(0, remote.sendRtp(Network.opus(step, audio), network.nowNs));
                int picture = step - pictureDelaySteps;
                if (picture >= 0) {
                    pictureCapturedMs = (long) picture * STEP_MS;
                    boolean key = picture % 25 == 0;
                    byte[] packet = Network.vp8(picture, videoStart + picture * 1_800L, picture, key);
                    assertEquals(0, remote.sendRtp(packet, network.nowNs));
                }
                // Reports of sound and picture at different times, now and then late.
                if (step % 50 == 10) {
                    report(Network.VIDEO_SSRC, videoStart, 90_000);
                } else if (step % 50 == 35) {
                    report(Network.AUDIO_SSRC, audioStart, 48_000);
                }
                network.pass(STEP_MS, remote, player);
            }
        }

        private void report(long ssrc, long start, int rate) {
            byte[] packet = new byte[28];
            long ownNs = network.nowNs - startNs;
            long timestamp = start + ownNs / 1_000 * rate / 1_000_000;
            RtcpWriter.writeSenderReport(
                    MemorySegment.ofArray(packet), 0, ssrc, NtpTime.ofUnixNs(unixNs + ownNs), timestamp, 1, 1, 0);
            assertEquals(0, remote.sendRtcp(packet, network.nowNs));
        }

        /** By how much the player would show the picture too late for its sound. */
        double apartMs() {
            double sound = timeMs(5_001, 111, 48_000) - soundCapturedMs;
            double picture = timeMs(5_002, 96, 90_000) - pictureCapturedMs;
            return picture - sound;
        }

        /** The newest packet's time by the newest sender report of its stream. */
        private double timeMs(long ssrc, int payloadType, int rate) {
            RtcpReader reader = new RtcpReader();
            double time = Double.NaN;
            for (byte[] datagram : player.rtcp) {
                reader.open(MemorySegment.ofArray(datagram), 0, datagram.length);
                for (int kind = reader.next(); kind > 0; kind = reader.next()) {
                    if (kind == RtcpReader.SENDER_REPORT && reader.senderSsrc() == ssrc) {
                        byte[] newest =
                                Network.of(player, payloadType).getLast().bytes();
                        int apart = (int) (Bytes.u32(MemorySegment.ofArray(newest), 4) - reader.rtpTimestamp());
                        time = NtpTime.toUnixNs(reader.ntpTime()) / (double) MS + apart * 1_000.0 / rate;
                    }
                }
            }
            assertTrue(time > 0, "no sender report of " + ssrc);
            return time;
        }
    }
}
