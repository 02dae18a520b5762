package dev.sluice.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Handle of one publisher's or player's session. Safe for many threads; its methods may block for a loop's answer and
 * belong on virtual threads.
 */
public interface MediaSession {

    /** Unguessable, 128 random bits in URL-safe text. */
    String id();

    String stream();

    boolean isPublisher();

    /** Our SDP: the answer, or for a server-offered player the offer. All candidates are inside. */
    String localDescription();

    /** Our candidates as the values of {@code a=candidate} lines, most preferred first ({@code candidate:1 1 udp …}). */
    List<String> candidates();

    /** The {@code a=mid} of the first m-section, the one candidates belong to under BUNDLE. */
    String bundleMid();

    /** Counts ICE generations from 1; the source of the ETag. */
    int iceGeneration();

    /**
     * The player's answer to our offer. Once for each offer.
     *
     * @throws SessionRefusedException with {@link SessionRefusedException.Refusal#BAD_SDP} or
     *     {@link SessionRefusedException.Refusal#NO_COMMON_CODEC}; the session is closed
     */
    void onAnswer(String sdp) throws SessionRefusedException;

    /**
     * Tells of a publisher that sends other codecs or tracks than this player has: {@link #offerAgain} then has an offer for one
     * that was offered to (WebSocket). One that offered itself (WHEP) is closed when it cannot play on, and should open a new
     * session in any case.
     *
     * @param listener called on a virtual thread, now when it is so already
     */
    void onTracksChanged(Runnable listener);

    /**
     * A new offer to a player that was offered to before, for what the stream carries now: tracks that stayed the same go on.
     *
     * @return null when there is nothing to change, or an answer is still due: then the listener is called after it
     */
    String offerAgain() throws SessionRefusedException;

    /**
     * A later offer of the same remote: an ICE restart, or (publisher) other tracks.
     *
     * @return our new answer
     */
    String onOffer(String sdp) throws SessionRefusedException;

    /**
     * ICE restart (RFC 8445 section 9) by a WHIP/WHEP PATCH: new local credentials, same DTLS and media.
     *
     * @param remoteUfrag of the fragment
     * @param remotePassword of the fragment
     */
    IceRestart restartIce(String remoteUfrag, String remotePassword) throws SessionRefusedException;

    /**
     * Sends a player these tracks.
     *
     * @param trackIds of {@link StreamInfo}, or {@code auto}; without one of the picture the server chooses
     * @return false when one of them is not there: nothing changes
     */
    boolean selectTracks(List<String> trackIds) throws SessionRefusedException;

    /** As {@link #selectTracks}, by what WHEP's layer extension says. */
    boolean selectLayer(LayerWish wish) throws SessionRefusedException;

    /**
     * Other settings of a publisher's stream, from now on: key frames, source timeout, grace and what its REMB says. What its SDP
     * says (codecs, transport, adaptation, the limit in the answer) changes with its next session or offer.
     */
    void revise(StreamSettings settings);

    /** What a player is sent now. */
    Delivery delivery();

    /** How it fares; after its end how it fared. Does not block. */
    SessionStats stats();

    /**
     * Writes the session's decrypted packets to a file, from now on and as far as the limits allow; of a player its publisher's,
     * too, so that the file can be replayed.
     *
     * @param file is made, and must not be there yet
     * @throws IOException when the file cannot be made
     */
    Recording record(RecordingLimits limits, Path file) throws RecordingRefusedException, IOException;

    /** Ends the session by the client's will: closes its DTLS with close_notify. Idempotent, does not block. */
    void close();

    /** Ends the session by the server's will, with the reason its {@link #ended} will give. Idempotent. */
    void close(SessionEnd end);

    /** Completes once, on a virtual thread, when the session's media has ended. */
    CompletionStage<SessionEnd> ended();

    /** Our side after an ICE restart; the candidate is the one of the selected pair. */
    record IceRestart(String localUfrag, String localPassword, String candidate) {}

    /**
     * Bounds for the picture's quality.
     *
     * @param rid of a simulcast layer, empty for any
     * @param spatialLayer the highest of SVC, −1 for any
     * @param temporalLayer the highest, −1 for any
     * @param maxWidth 0 for any
     * @param maxHeight 0 for any
     */
    record LayerWish(String rid, int spatialLayer, int temporalLayer, int maxWidth, int maxHeight) {}

    /**
     * What a player is sent.
     *
     * @param videoTrackId as in {@link StreamInfo}; empty without a picture
     * @param audioTrackId as in {@link StreamInfo}; empty without sound
     * @param videoMid the {@code a=mid} of the picture's section, empty without one
     * @param thinned whether the player's way is too narrow for any quality: pictures are left out
     */
    record Delivery(String videoTrackId, String audioTrackId, String videoMid, boolean thinned) {}
}
