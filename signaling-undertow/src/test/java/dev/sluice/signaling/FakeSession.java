package dev.sluice.signaling;

import dev.sluice.engine.MediaSession;
import dev.sluice.engine.Recording;
import dev.sluice.engine.RecordingLimits;
import dev.sluice.engine.RecordingRefusedException;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.SessionStats;
import dev.sluice.engine.StreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A session without media: keeps what it was told, ends when asked. Safe for many threads. */
public final class FakeSession implements MediaSession {
    static final String ANSWER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n";

    final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    final BlockingQueue<String> offers = new LinkedBlockingQueue<>();
    final BlockingQueue<String> selections = new LinkedBlockingQueue<>();
    final BlockingQueue<String> restarts = new LinkedBlockingQueue<>();
    final BlockingQueue<StreamSettings> revisions = new LinkedBlockingQueue<>();
    final BlockingQueue<FakeRecording> recordings = new LinkedBlockingQueue<>();
    /** Why the next recording is refused, or null. */
    volatile RecordingRefusedException.Refusal noRecording;

    public final CompletableFuture<SessionEnd> end = new CompletableFuture<>();

    /** How it fares; a test may say so. */
    public volatile SessionStats stats = stats(100, 2);

    private final String id;
    private final String stream;
    private final boolean publisher;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile String again;
    private volatile int generation = 1;

    public FakeSession(String id, String stream, boolean publisher) {
        this.id = id;
        this.stream = stream;
        this.publisher = publisher;
    }

    public static SessionStats stats(long packets, long lost) {
        return new SessionStats(
                true,
                "opus,VP8",
                "AEAD_AES_128_GCM",
                0,
                packets,
                packets * 500,
                lost,
                0.02,
                1,
                3,
                1,
                20_000_000L,
                1_000_000L,
                30_000_000L,
                60_000_000L,
                packets == 0 ? -1 : 90_000_000L);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String stream() {
        return stream;
    }

    @Override
    public Recording record(RecordingLimits limits, Path file) throws RecordingRefusedException, IOException {
        if (noRecording != null) {
            throw new RecordingRefusedException(noRecording, "refused as " + noRecording);
        }
        Files.write(file, FakeRecording.BYTES, StandardOpenOption.CREATE_NEW);
        FakeRecording recording = new FakeRecording(file, limits);
        recordings.add(recording);
        return recording;
    }

    @Override
    public boolean isPublisher() {
        return publisher;
    }

    @Override
    public String localDescription() {
        return ANSWER;
    }

    @Override
    public List<String> candidates() {
        return List.of("candidate:1 1 udp 2 192.0.2.1 7000 typ host", "candidate:2 1 udp 1 192.0.2.2 7000 typ host");
    }

    @Override
    public String bundleMid() {
        return "0";
    }

    @Override
    public int iceGeneration() {
        return generation;
    }

    @Override
    public void onAnswer(String sdp) throws SessionRefusedException {
        answers.add(sdp);
        refuse(sdp);
    }

    @Override
    public boolean selectTracks(List<String> trackIds) {
        if (trackIds.contains("v9")) {
            return false;
        }
        selections.add(trackIds.toString());
        return true;
    }

    @Override
    public boolean selectLayer(LayerWish wish) {
        selections.add(wish.toString());
        return !wish.rid().equals("none");
    }

    @Override
    public void revise(StreamSettings settings) {
        revisions.add(settings);
    }

    @Override
    public SessionStats stats() {
        return stats;
    }

    @Override
    public Delivery delivery() {
        return new Delivery("v1", "a1", "0", false);
    }

    /** Another publisher came: the next {@link #offerAgain} has this offer. */
    void changeTracks(String offer) {
        again = offer;
        listeners.forEach(Runnable::run);
    }

    @Override
    public void onTracksChanged(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public String offerAgain() {
        return again;
    }

    @Override
    public String onOffer(String sdp) throws SessionRefusedException {
        refuse(sdp);
        offers.add(sdp);
        generation++;
        return ANSWER + "a=again\r\n";
    }

    @Override
    public IceRestart restartIce(String remoteUfrag, String remotePassword) throws SessionRefusedException {
        refuse(remoteUfrag);
        restarts.add(remoteUfrag + " " + remotePassword);
        generation++;
        return new IceRestart("lfrg", "localpassword", "candidate:1 1 udp 2 192.0.2.1 7000 typ host");
    }

    /** A text {@code refuse:NAME} in what a client sends makes the refusal of that name. */
    static void refuse(String text) throws SessionRefusedException {
        int at = text.indexOf("refuse:");
        if (at >= 0) {
            String name = text.substring(at + 7).split("[^A-Z_]", 2)[0];
            throw new SessionRefusedException(Refusal.valueOf(name), "refused as " + name);
        }
    }

    @Override
    public void close() {
        close(SessionEnd.CLIENT_CLOSED);
    }

    @Override
    public void close(SessionEnd reason) {
        end.completeAsync(() -> reason, task -> Thread.startVirtualThread(task));
    }

    @Override
    public CompletionStage<SessionEnd> ended() {
        return end;
    }
}
