package dev.sluice.engine;

import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.dtls.Fingerprint;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.net.MediaLoop;
import dev.sluice.engine.peer.LayerChoice;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.Player;
import dev.sluice.engine.peer.Publication;
import dev.sluice.engine.peer.Publisher;
import dev.sluice.engine.sdp.AcceptedPlay;
import dev.sluice.engine.sdp.HostCandidate;
import dev.sluice.engine.sdp.PlayAnswer;
import dev.sluice.engine.sdp.PlayOffer;
import dev.sluice.engine.sdp.PlayTrack;
import dev.sluice.engine.sdp.PublishAnswer;
import dev.sluice.engine.sdp.PublishTrack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A session as the facade keeps it: its loop, its peer and what was negotiated. Safe for many threads; what changes the
 * SDP is serialised by the session's monitor.
 */
final class Session implements MediaSession {
    private final String id;
    private final String stream;
    private final boolean publisher;
    private final SessionHost host;
    private final MediaLoop loop;
    private final SessionLimits.Place place;
    private final SessionTransport transport;
    private final PublishTerms publishing = new PublishTerms();
    private final PlayTerms playing = new PlayTerms();
    private final CompletableFuture<SessionEnd> ended = new CompletableFuture<>();
    private final AtomicReference<SessionEnd> requestedEnd = new AtomicReference<>();

    private volatile Peer peer;
    private final List<Runnable> tracksListeners = new CopyOnWriteArrayList<>();

    Session(
            String stream,
            boolean publisher,
            SessionHost host,
            MediaLoop loop,
            int iceTcpPort,
            SessionLimits.Place place) {
        this.id = host.newSessionId();
        this.stream = stream;
        this.publisher = publisher;
        this.host = host;
        this.loop = loop;
        this.place = place;
        this.transport = new SessionTransport(host, host.candidates(loop, iceTcpPort));
    }

    // ---- opening -----------------------------------------------------------------------------------------------

    synchronized void openPublisher(String offer, LiveStream live, StreamSettings wanted)
            throws SessionRefusedException {
        publishing.settings(wanted);
        transport.keepOnly(wanted.transport());
        transport.remoteDescription(offer);
        PublishAnswer answer = publishing.answer(offer, transport.describe());
        publishing.requireLogMemory(answer.tracks(), host.logMemory());
        List<Fingerprint> fingerprints = SessionTransport.fingerprints(answer.remote());
        host.logMemory().prepare(answer.tracks());
        long rtcpSsrc = host.newSsrc();
        host.call(loop, nowNs -> {
            Publisher role = host.newPublisher(live, answer.tracks(), loop, rtcpSsrc, transport.cname(), wanted, nowNs);
            addPeer(host.newPeer(id, transport.local(), loop, role, null, nowNs));
            peer.onRemote(fingerprints, nowNs, loop);
        });
        accept(answer);
    }

    synchronized void openOfferedPlayer(Publication publication, Wanted kinds, LiveStream live)
            throws SessionRefusedException {
        PlayOffer offer = playing.offer(publication, kinds, host::newSsrc, transport.describe());
        transport.localDescription(offer.sdp(), offer.bundleMid());
        Player role = host.newPlayer(live, transport.cname());
        host.call(loop, nowNs -> addPeer(host.newPeer(id, transport.local(), loop, null, role, nowNs)));
    }

    synchronized void openAnsweredPlayer(String offer, Publication publication, Wanted kinds, LiveStream live)
            throws SessionRefusedException {
        playing.choose(publication, kinds, host::newSsrc);
        transport.remoteDescription(offer);
        PlayAnswer answer = playing.answer(offer, transport.describe());
        List<Fingerprint> fingerprints = SessionTransport.fingerprints(answer.remote());
        Player role = host.newPlayer(live, transport.cname());
        role.configure(answer.tracks(), answer.remote().extmapAllowMixed());
        host.call(loop, nowNs -> {
            addPeer(host.newPeer(id, transport.local(), loop, null, role, nowNs));
            peer.onRemote(fingerprints, nowNs, loop);
        });
        accept(answer);
    }

    /** On the loop's thread. A close that came while the session was opened is not lost. */
    private void addPeer(Peer opened) {
        loop.add(opened);
        peer = opened;
        if (requestedEnd.get() != null) {
            opened.requestClose();
        }
    }

    @Override
    public synchronized void onAnswer(String sdp) throws SessionRefusedException {
        playing.requireAnswerDue();
        try {
            AcceptedPlay accepted = playing.read(sdp);
            List<Fingerprint> fingerprints = SessionTransport.fingerprints(accepted.remote());
            boolean first = !transport.knowsRemote();
            if (!first) {
                transport.requireSameCertificate(accepted.remote());
            }
            host.call(loop, nowNs -> {
                if (!peer.isEnded()) {
                    peer.player().configure(accepted.tracks(), accepted.remote().extmapAllowMixed());
                    noteOtherTracks(nowNs);
                    if (first) {
                        peer.onRemote(fingerprints, nowNs, loop);
                    }
                }
            });
            transport.remoteDescription(sdp);
            playing.accept(accepted.tracks());
            transport.accept(accepted.remote());
            tellOfChange();
        } catch (SessionRefusedException e) {
            close();
            throw e;
        }
    }

    // ---- a publisher with other tracks --------------------------------------------------------------------------

    /** The stream has another publication. */
    void follow(Publication publication) {
        playing.follow(publication);
        tellOfChange();
    }

    @Override
    public void onTracksChanged(Runnable listener) {
        tracksListeners.add(listener);
        if (playing.isOutdated()) {
            Thread.ofVirtual().name("tracks-changed").start(listener);
        }
    }

    private void tellOfChange() {
        if (playing.isOutdated()) {
            Thread.ofVirtual().name("tracks-changed").start(this::onChange);
        }
    }

    /** Who has no way to another offer is closed when it cannot play on, after it was told. */
    private void onChange() {
        tracksListeners.forEach(Runnable::run);
        if (cannotGoOn()) {
            close(SessionEnd.CODECS_CHANGED);
        }
    }

    private synchronized boolean cannotGoOn() {
        boolean isAsked = playing.isOffered() && !tracksListeners.isEmpty();
        return !isAsked && transport.knowsRemote() && !playing.fits();
    }

    @Override
    public synchronized String offerAgain() throws SessionRefusedException {
        checkAlive();
        if (!playing.isOfferDue()) {
            return null;
        }
        PlayOffer offer = playing.offerAgain(host::newSsrc, transport.describe());
        transport.localDescription(offer.sdp(), transport.bundleMid());
        return offer.sdp();
    }

    // ---- later offers ------------------------------------------------------------------------------------------

    @Override
    public synchronized String onOffer(String sdp) throws SessionRefusedException {
        checkAlive();
        if (publisher) {
            offerAgain(sdp);
        } else {
            playAgain(sdp);
        }
        transport.remoteDescription(sdp);
        return transport.localDescription();
    }

    private void offerAgain(String sdp) throws SessionRefusedException {
        PublishAnswer answer = publishing.answer(sdp, transport.describe());
        transport.requireSameCertificate(answer.remote());
        publishing.requireLogMemory(answer.tracks(), host.logMemory());
        if (transport.isRestart(answer.remote())) {
            restart();
            answer = publishing.answer(sdp, transport.describe());
        }
        List<PublishTrack> tracks = answer.tracks();
        if (!tracks.equals(publishing.tracks())) {
            host.call(loop, nowNs -> {
                if (!peer.isEnded()) {
                    peer.publisher().renegotiate(tracks, nowNs);
                    noteOtherTracks(nowNs);
                    loop.onRepublished(peer);
                }
            });
        }
        accept(answer);
    }

    private void playAgain(String sdp) throws SessionRefusedException {
        PlayAnswer answer = playing.answer(sdp, transport.describe());
        transport.requireSameCertificate(answer.remote());
        if (transport.isRestart(answer.remote())) {
            restart();
            answer = playing.answer(sdp, transport.describe());
        }
        List<PlayTrack> tracks = answer.tracks();
        boolean mixed = answer.remote().extmapAllowMixed();
        if (!tracks.equals(playing.tracks())) {
            host.call(loop, nowNs -> {
                if (!peer.isEnded()) {
                    peer.player().configure(tracks, mixed);
                    noteOtherTracks(nowNs);
                }
            });
        }
        accept(answer);
    }

    @Override
    public synchronized IceRestart restartIce(String remoteUfrag, String remotePassword)
            throws SessionRefusedException {
        checkAlive();
        String candidate = restart();
        transport.restartRemote(remoteUfrag, remotePassword);
        return new IceRestart(transport.local().ufrag(), transport.local().password(), candidate);
    }

    /** Returns our candidate of the pair in use. */
    private String restart() throws SessionRefusedException {
        IceCredentials next = IceCredentials.generate(host.random());
        AtomicReference<String> candidate = new AtomicReference<>();
        host.call(loop, nowNs -> {
            candidate.set(host.candidateOf(peer, transport.candidates()));
            if (!peer.isEnded()) {
                peer.restartIce(next, nowNs, loop);
            }
        });
        transport.restart(next);
        return candidate.get();
    }

    private void checkAlive() throws SessionRefusedException {
        Peer present = peer;
        if (present == null || ended.isDone() || requestedEnd.get() != null) {
            throw new SessionRefusedException(Refusal.ENDED, "The session has ended.");
        }
    }

    private void accept(PublishAnswer answer) {
        publishing.accept(answer.tracks());
        transport.accept(answer.remote(), answer.sdp(), answer.bundleMid());
    }

    private void accept(PlayAnswer answer) {
        playing.accept(answer.tracks());
        transport.accept(answer.remote(), answer.sdp(), answer.bundleMid());
    }

    // ---- state -------------------------------------------------------------------------------------------------

    @Override
    public String id() {
        return id;
    }

    @Override
    public String stream() {
        return stream;
    }

    @Override
    public boolean isPublisher() {
        return publisher;
    }

    @Override
    public String localDescription() {
        return transport.localDescription();
    }

    @Override
    public List<String> candidates() {
        return transport.candidates().stream().map(HostCandidate::value).toList();
    }

    @Override
    public String bundleMid() {
        return transport.bundleMid();
    }

    @Override
    public int iceGeneration() {
        return transport.iceGeneration();
    }

    /** Null before the session was opened. */
    Peer peer() {
        return peer;
    }

    /** How long players wait for this publisher's return; null: as long as for any. */
    Duration grace() {
        return publishing.settings().grace();
    }

    /** A connected publisher's. */
    Publication publication() {
        return peer.publisher().publication();
    }

    @Override
    public boolean selectTracks(List<String> trackIds) throws SessionRefusedException {
        Publication publication = played();
        return publication != null && choose(VideoQualities.choice(publication, trackIds));
    }

    @Override
    public boolean selectLayer(LayerWish wish) throws SessionRefusedException {
        Publication publication = played();
        return publication != null && choose(VideoQualities.choice(publication, wish));
    }

    /** What a player plays; null for a publisher. */
    private Publication played() throws SessionRefusedException {
        checkAlive();
        return publisher ? null : peer.player().stream().publication();
    }

    private boolean choose(LayerChoice choice) throws SessionRefusedException {
        if (choice == null) {
            return false;
        }
        host.call(loop, nowNs -> {
            peer.player().layers().choose(choice, nowNs);
            if (peer.tap() != null) {
                peer.tap().onChoice(choice, nowNs);
            }
        });
        return true;
    }

    @Override
    public synchronized void revise(StreamSettings wanted) {
        if (publisher && peer != null && !wanted.equals(publishing.settings())) {
            publishing.settings(wanted);
            peer.publisher().want(wanted.wishes());
        }
    }

    // ---- recording ---------------------------------------------------------------------------------------------

    /** On the loop's thread. */
    private void noteOtherTracks(long nowNs) {
        if (peer.tap() != null) {
            peer.tap().onTracksChanged(nowNs);
        }
    }

    @Override
    public Recording record(RecordingLimits limits, Path file) throws RecordingRefusedException, IOException {
        return host.recordings().start(this, host, limits, file);
    }

    MediaLoop loop() {
        return loop;
    }

    /** The remote's newest SDP; null before there is one, and when it is very long. */
    String remoteDescription() {
        return transport.remoteDescription();
    }

    /** What was negotiated, for a recording's reader. */
    synchronized String summary() {
        StringBuilder text = new StringBuilder();
        publishing.tracks().forEach(track -> text.append(track).append('\n'));
        playing.tracks().forEach(track -> text.append(track).append('\n'));
        return text.toString();
    }

    @Override
    public SessionStats stats() {
        return SessionStats.of(peer, publisher ? publishing.codecs() : playing.codecs(), loop.index());
    }

    @Override
    public Delivery delivery() {
        Peer present = peer;
        return playing.delivery(present == null ? null : present.player());
    }

    @Override
    public void close() {
        close(SessionEnd.CLIENT_CLOSED);
    }

    @Override
    public void close(SessionEnd end) {
        requestedEnd.compareAndSet(null, end);
        Peer present = peer;
        if (present != null) {
            present.requestClose();
        }
    }

    /** What {@link #close(SessionEnd)} was called with first, or null. */
    SessionEnd requestedEnd() {
        return requestedEnd.get();
    }

    boolean hasEnded() {
        return ended.isDone();
    }

    void onConnected() {
        place.finish();
    }

    /** The session is over, or was never opened. Idempotent. */
    void onEnded(SessionEnd end) {
        place.release();
        Thread.ofVirtual().name("session-end").start(() -> ended.complete(end));
    }

    @Override
    public CompletionStage<SessionEnd> ended() {
        return ended;
    }
}
