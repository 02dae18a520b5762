package dev.sluice.signaling.clients;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.video.I420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One PeerConnection of libwebrtc, and what it saw and heard. Safe for many threads.
 *
 * <p>libwebrtc calls from threads of its own; the test waits on futures and latches.
 */
final class LibwebrtcPeer implements PeerConnectionObserver, AutoCloseable {
    private static final int FRAMES = 20;
    private static final int SOUNDS = 50;
    /** What video compression may do to a grey. */
    private static final int LUMA_TOLERANCE = 12;

    private static final int LOUD = 1_000;

    private final RTCPeerConnection connection;
    private final Consumer<RTCIceCandidate> onCandidate;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> gathered = new CompletableFuture<>();
    private volatile CountDownLatch frames = new CountDownLatch(FRAMES);
    private volatile CountDownLatch sounds = new CountDownLatch(SOUNDS);

    LibwebrtcPeer(PeerConnectionFactory factory, Consumer<RTCIceCandidate> onCandidate) {
        this.onCandidate = onCandidate;
        this.connection = factory.createPeerConnection(new RTCConfiguration(), this);
    }

    RTCRtpTransceiver add(MediaStreamTrack track, RTCRtpTransceiverDirection direction) {
        RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
        init.direction = direction;
        init.streamIds = List.of("stream");
        return connection.addTransceiver(track, init);
    }

    // Descriptions.

    String offer() throws Exception {
        CreatedDescription created = new CreatedDescription();
        connection.createOffer(new RTCOfferOptions(), created);
        return setLocal(created);
    }

    /** The offer with all its candidates. */
    String gatheredOffer() throws Exception {
        offer();
        gathered.get(10, TimeUnit.SECONDS);
        return connection.getLocalDescription().sdp;
    }

    String answer(String offer) throws Exception {
        setRemote(RTCSdpType.OFFER, offer);
        CreatedDescription created = new CreatedDescription();
        connection.createAnswer(new RTCAnswerOptions(), created);
        return setLocal(created);
    }

    void onAnswer(String sdp) throws Exception {
        setRemote(RTCSdpType.ANSWER, sdp);
    }

    void onRemoteCandidate(RTCIceCandidate candidate) {
        connection.addIceCandidate(candidate);
    }

    private String setLocal(CreatedDescription created) throws Exception {
        RTCSessionDescription description = created.done.get(10, TimeUnit.SECONDS);
        SetDescription set = new SetDescription();
        connection.setLocalDescription(description, set);
        set.done.get(10, TimeUnit.SECONDS);
        return description.sdp;
    }

    private void setRemote(RTCSdpType type, String sdp) throws Exception {
        SetDescription set = new SetDescription();
        connection.setRemoteDescription(new RTCSessionDescription(type, sdp), set);
        set.done.get(10, TimeUnit.SECONDS);
    }

    // What the test waits for.

    void awaitConnected() throws Exception {
        connected.get(15, TimeUnit.SECONDS);
    }

    /** Whether enough frames of the camera's size and shade come from now on. */
    boolean awaitPicture() throws InterruptedException {
        frames = new CountDownLatch(FRAMES);
        return frames.await(15, TimeUnit.SECONDS);
    }

    /** Whether half a second of something loud comes from now on. */
    boolean awaitSound() throws InterruptedException {
        sounds = new CountDownLatch(SOUNDS);
        return sounds.await(15, TimeUnit.SECONDS);
    }

    // What libwebrtc says.

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
        if (state == RTCPeerConnectionState.CONNECTED) {
            connected.complete(null);
        } else if (state == RTCPeerConnectionState.FAILED) {
            connected.completeExceptionally(new AssertionError("the connection failed"));
        }
    }

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
        if (state == RTCIceGatheringState.COMPLETE) {
            gathered.complete(null);
        }
    }

    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
        onCandidate.accept(candidate);
    }

    @Override
    public void onTrack(RTCRtpTransceiver transceiver) {
        MediaStreamTrack track = transceiver.getReceiver().getTrack();
        if (track instanceof VideoTrack video) {
            video.addSink(this::onFrame);
        } else if (track instanceof AudioTrack audio) {
            audio.addSink((data, bitsPerSample, sampleRate, channels, samples) -> onSound(data));
        }
    }

    /** The frame stays the caller's: releasing it here brings the process down. */
    private void onFrame(VideoFrame frame) {
        I420Buffer picture = frame.buffer.toI420();
        int middle = picture.getHeight() / 2 * picture.getStrideY() + picture.getWidth() / 2;
        int luma = picture.getDataY().get(middle) & 0xff;
        if (picture.getWidth() == Libwebrtc.WIDTH && Math.abs(luma - Libwebrtc.LUMA) <= LUMA_TOLERANCE) {
            frames.countDown();
        }
    }

    private void onSound(byte[] littleEndianSamples) {
        for (int i = 0; i + 1 < littleEndianSamples.length; i += 2) {
            if (Math.abs(littleEndianSamples[i] & 0xff | littleEndianSamples[i + 1] << 8) > LOUD) {
                sounds.countDown();
                return;
            }
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    private static final class CreatedDescription implements CreateSessionDescriptionObserver {
        final CompletableFuture<RTCSessionDescription> done = new CompletableFuture<>();

        @Override
        public void onSuccess(RTCSessionDescription description) {
            done.complete(description);
        }

        @Override
        public void onFailure(String error) {
            done.completeExceptionally(new AssertionError(error));
        }
    }

    private static final class SetDescription implements SetSessionDescriptionObserver {
        final CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void onSuccess() {
            done.complete(null);
        }

        @Override
        public void onFailure(String error) {
            done.completeExceptionally(new AssertionError(error));
        }
    }
}
