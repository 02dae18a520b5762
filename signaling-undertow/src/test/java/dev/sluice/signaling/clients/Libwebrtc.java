package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.fail;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.media.MediaType;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/**
 * libwebrtc without a browser, with a camera that sees one shade of grey and a microphone that hears a tone, both made
 * here. Confined to one test class.
 */
final class Libwebrtc implements AutoCloseable {
    static final int WIDTH = 320;
    static final int HEIGHT = 240;
    /** The camera's shade, as luma. */
    static final int LUMA = 173;

    private static final int SAMPLE_RATE = 48_000;
    private static final int SAMPLES = SAMPLE_RATE / 100;

    private final AudioDeviceModule deaf;
    private final HeadlessAudioDeviceModule speaker;
    private final PeerConnectionFactory publishers;
    private final PeerConnectionFactory players;
    private final CustomVideoSource camera;
    private final CustomAudioSource microphone;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final byte[] tone = tone();
    private int frames;

    private Libwebrtc() {
        // A device that records beside a source of one's own aborts the process in webrtc-java 0.14 (its issue 217),
        // and
        // the device that cannot record does not play either: hence two.
        deaf = new AudioDeviceModule(AudioLayer.kDummyAudio);
        speaker = new HeadlessAudioDeviceModule();
        publishers = new PeerConnectionFactory(deaf);
        players = new PeerConnectionFactory(speaker);
        camera = new CustomVideoSource();
        microphone = new CustomAudioSource();
        clock.scheduleAtFixedRate(this::pushFrame, 0, 33, TimeUnit.MILLISECONDS);
        clock.scheduleAtFixedRate(
                () -> microphone.pushAudio(tone, 16, SAMPLE_RATE, 1, SAMPLES), 0, 10, TimeUnit.MILLISECONDS);
    }

    /** Starts it; where its library does not load the test is skipped, or fails where real clients are demanded. */
    static Libwebrtc start() {
        try {
            return new Libwebrtc();
        } catch (LinkageError | RuntimeException e) {
            String message = "libwebrtc does not load: " + (e.getCause() == null ? e : e.getCause());
            if (Boolean.parseBoolean(System.getenv("SLUICE_REQUIRE_CLIENTS"))) {
                return fail(message, e);
            }
            return Assumptions.abort(message);
        }
    }

    /** A connection that sends the camera, in a codec such as VP8, and the microphone. */
    LibwebrtcPeer publisher(String codec, Consumer<RTCIceCandidate> onCandidate) {
        LibwebrtcPeer peer = new LibwebrtcPeer(publishers, onCandidate);
        peer.add(publishers.createAudioTrack("microphone", microphone), RTCRtpTransceiverDirection.SEND_ONLY);
        peer.add(publishers.createVideoTrack("camera", camera), RTCRtpTransceiverDirection.SEND_ONLY)
                .setCodecPreferences(publishers.getRtpSenderCapabilities(MediaType.VIDEO).getCodecs().stream()
                        .filter(capability -> capability.getName().equals(codec))
                        .toList());
        return peer;
    }

    /** A connection that waits for an offer. */
    LibwebrtcPeer answeringPlayer(Consumer<RTCIceCandidate> onCandidate) {
        return new LibwebrtcPeer(players, onCandidate);
    }

    /** A connection that offers to receive. There is no transceiver without a track here, so tracks that are never sent stand in. */
    LibwebrtcPeer offeringPlayer() {
        LibwebrtcPeer peer = new LibwebrtcPeer(players, candidate -> {});
        peer.add(players.createVideoTrack("none", camera), RTCRtpTransceiverDirection.RECV_ONLY);
        peer.add(players.createAudioTrack("none", microphone), RTCRtpTransceiverDirection.RECV_ONLY);
        return peer;
    }

    private void pushFrame() {
        NativeI420Buffer picture = NativeI420Buffer.allocate(WIDTH, HEIGHT);
        fill(picture.getDataY(), (byte) LUMA);
        fill(picture.getDataU(), (byte) 128);
        fill(picture.getDataV(), (byte) 128);
        // A line that wanders, so that no encoder takes the picture for a still one.
        int line = frames++ % HEIGHT * picture.getStrideY();
        for (int x = 0; x < WIDTH; x++) {
            picture.getDataY().put(line + x, (byte) 20);
        }
        VideoFrame frame = new VideoFrame(picture, System.nanoTime());
        camera.pushFrame(frame);
        frame.release();
    }

    private static void fill(ByteBuffer plane, byte value) {
        for (int i = 0; i < plane.capacity(); i++) {
            plane.put(i, value);
        }
    }

    private static byte[] tone() {
        ByteBuffer samples = ByteBuffer.allocate(2 * SAMPLES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < SAMPLES; i++) {
            samples.putShort((short) (8_000 * Math.sin(2 * Math.PI * 500 * i / SAMPLE_RATE)));
        }
        return samples.array();
    }

    @Override
    public void close() {
        clock.close();
        publishers.dispose();
        players.dispose();
        camera.dispose();
        microphone.dispose();
        deaf.dispose();
        speaker.dispose();
    }
}
