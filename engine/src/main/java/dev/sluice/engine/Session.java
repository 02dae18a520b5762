package dev.sluice.engine;

import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.dtls.Fingerprint;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.net.MediaLoop;
import dev.sluice.engine.peer.Draws;
import dev.sluice.engine.peer.LayerChoice;
import dev.sluice.engine.peer.LayerPoint;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.peer.LogMemory;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.Player;
import dev.sluice.engine.peer.Publication;
import dev.sluice.engine.peer.PublishedTrack;
import dev.sluice.engine.peer.Publisher;
import dev.sluice.engine.sdp.AcceptedPlay;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.HostCandidate;
import dev.sluice.engine.sdp.LocalTransport;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PlayAnswer;
import dev.sluice.engine.sdp.PlayOffer;
import dev.sluice.engine.sdp.PlayTrack;
import dev.sluice.engine.sdp.PublishAnswer;
import dev.sluice.engine.sdp.PublishTrack;
import dev.sluice.engine.sdp.PublishWishes;
import dev.sluice.engine.sdp.RemoteTransport;
import dev.sluice.engine.sdp.SdpException;
import dev.sluice.engine.sdp.SdpNegotiator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A session as the facade keeps it: its loop, its peer and what was negotiated. Safe for many threads; what changes the
 * SDP is serialised by the session's monitor.
 */
final class Session implements MediaSession {
    private static final int MOST_SDP_CHARS = 16 * 1024;

    private final String id;
    private final String stream;
    private final boolean publisher;
    private final SessionHost host;
    private final MediaLoop loop;
    private volatile List<HostCandidate> candidates;
    private final SessionLimits.Place place;
    private final long sdpSessionId;
    private final String cname;
    private final CompletableFuture<SessionEnd> ended = new CompletableFuture<>();
    private final AtomicReference<SessionEnd> requestedEnd = new AtomicReference<>();

    private volatile Peer peer;
    private volatile String localDescription;
    private volatile String remoteDescription;
    private volatile String bundleMid;
    private volatile int iceGeneration = 1;
    /** What a player's tracks were offered or answered with. */
    private volatile List<CodecFormat> playFormats = List.of();

    private volatile String codecs = "";

    private IceCredentials local;
    private int sdpVersion;
    private RemoteTransport remote;
    private List<PublishTrack> publishTracks = List.of();
    /** Of a publisher. */
    private volatile StreamSettings settings = StreamSettings.DEFAULTS;

    private volatile List<PlayTrack> playTracks = List.of();
    /** What the player was offered, or the stream carried when it came: its later offers choose among the same. */
    private volatile PlaySources playSources = PlaySources.NONE;

    private PlayOffer playOffer;
    private boolean answerDue;
    private final List<Runnable> tracksListeners = new CopyOnWriteArrayList<>();
    /** The newest that a player has heard of. */
    private volatile Publication followed;

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
        this.candidates = host.candidates(loop, iceTcpPort);
        this.sdpSessionId = host.random().nextLong() >>> 2;
        this.cname = host.newCname();
        this.local = IceCredentials.generate(host.random());
    }

    // ---- opening -----------------------------------------------------------------------------------------------

    synchronized void openPublisher(String offer, LiveStream live, StreamSettings wanted)
            throws SessionRefusedException {
        settings = wanted;
        candidates = SessionHost.only(wanted.transport(), candidates);
        remoteDescription = shown(offer);
        PublishAnswer answer = answerPublish(offer);
        requireLogMemory(answer.tracks(), List.of());
        List<Fingerprint> fingerprints = fingerprints(answer.remote());
        host.logMemory().prepare(answer.tracks());
        long rtcpSsrc = host.newSsrc();
        host.call(loop, nowNs -> {
            Publisher role = new Publisher(
                    live, answer.tracks(), host.logMemory(), loop, rtcpSsrc, SessionHost.ascii(cname), nowNs);
            role.askForKeyFramesEvery(settings.keyFrameInterval().toNanos(), nowNs);
            role.limitBitrate(settings.minBitrateBps(), settings.maxBitrateBps());
            role.goSilentAfter(settings.sourceTimeout().toNanos());
            addPeer(host.newPeer(id, local, loop, role, null, nowNs));
            peer.onRemote(fingerprints, nowNs, loop);
        });
        accept(answer);
    }

    synchronized void openOfferedPlayer(Publication publication, Wanted kinds, LiveStream live)
            throws SessionRefusedException {
        playSources = PlaySources.of(publication, kinds, host::newSsrc);
        try {
            playOffer = SdpNegotiator.offerPlay(playSources.list(), playSources.wanted(), transport());
        } catch (SdpException e) {
            throw refused(e);
        }
        answerDue = true;
        playFormats = formats(playOffer.tracks());
        localDescription = playOffer.sdp();
        bundleMid = playOffer.bundleMid();
        Player role = newPlayer(live);
        host.call(loop, nowNs -> addPeer(host.newPeer(id, local, loop, null, role, nowNs)));
    }

    synchronized void openAnsweredPlayer(String offer, Publication publication, Wanted kinds, LiveStream live)
            throws SessionRefusedException {
        playSources = PlaySources.of(publication, kinds, host::newSsrc);
        remoteDescription = shown(offer);
        PlayAnswer answer = answerPlay(offer);
        List<Fingerprint> fingerprints = fingerprints(answer.remote());
        playFormats = formats(answer.tracks());
        Player role = newPlayer(live);
        role.configure(answer.tracks(), answer.remote().extmapAllowMixed());
        host.call(loop, nowNs -> {
            addPeer(host.newPeer(id, local, loop, null, role, nowNs));
            peer.onRemote(fingerprints, nowNs, loop);
        });
        accept(answer);
    }

    /** Its own random source, since the secure one is behind a lock, for which a loop must not wait. */
    private Player newPlayer(LiveStream live) {
        return new Player(
                live,
                SessionHost.ascii(cname),
                host.wallClock(),
                new Draws(host.random().nextLong()));
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
        if (!answerDue) {
            throw new SessionRefusedException(Refusal.BAD_SDP, "An answer came that no offer waits for.");
        }
        try {
            AcceptedPlay accepted = SdpNegotiator.acceptPlayAnswer(playOffer, sdp);
            List<Fingerprint> fingerprints = fingerprints(accepted.remote());
            boolean first = remote == null;
            if (!first) {
                checkSameCertificate(accepted.remote());
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
            remote = accepted.remote();
            remoteDescription = shown(sdp);
            playTracks = accepted.tracks();
            codecs = names(playTracks.stream().map(PlayTrack::codec));
            playFormats = formats(accepted.tracks());
            answerDue = false;
            tellOfChange();
        } catch (SdpException e) {
            close();
            throw refused(e);
        } catch (SessionRefusedException e) {
            close();
            throw e;
        }
    }

    // ---- a publisher with other tracks --------------------------------------------------------------------------

    /** The stream has another publication. */
    void follow(Publication publication) {
        followed = publication;
        tellOfChange();
    }

    @Override
    public void onTracksChanged(Runnable listener) {
        tracksListeners.add(listener);
        if (isOutdated()) {
            Thread.ofVirtual().name("tracks-changed").start(listener);
        }
    }

    private void tellOfChange() {
        if (isOutdated()) {
            Thread.ofVirtual().name("tracks-changed").start(this::onChange);
        }
    }

    /** Who has no way to another offer is closed when it cannot play on, after it was told. */
    private void onChange() {
        tracksListeners.forEach(Runnable::run);
        if ((!isOffered() || tracksListeners.isEmpty()) && isAnswered() && !fits(followed)) {
            close(SessionEnd.CODECS_CHANGED);
        }
    }

    private synchronized boolean isOffered() {
        return playOffer != null;
    }

    private synchronized boolean isAnswered() {
        return remote != null;
    }

    /** Whether the stream has a wanted track that this player was not offered, or not in this codec. */
    private boolean isOutdated() {
        Publication publication = followed;
        return publication != null && !playSources.covers(publication);
    }

    @Override
    public synchronized String offerAgain() throws SessionRefusedException {
        checkAlive();
        if (playOffer == null || answerDue || !isOutdated()) {
            return null;
        }
        PlaySources sources = playSources.after(followed, host::newSsrc);
        try {
            playOffer = SdpNegotiator.offerPlay(sources.list(), sources.wanted(), transport());
        } catch (SdpException e) {
            throw refused(e);
        }
        playSources = sources;
        answerDue = true;
        localDescription = playOffer.sdp();
        return localDescription;
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
        remoteDescription = shown(sdp);
        return localDescription;
    }

    private void offerAgain(String sdp) throws SessionRefusedException {
        PublishAnswer answer = answerPublish(sdp);
        checkSameCertificate(answer.remote());
        requireLogMemory(answer.tracks(), publishTracks);
        if (isRestart(answer.remote())) {
            restart();
            answer = answerPublish(sdp);
        }
        List<PublishTrack> tracks = answer.tracks();
        if (!tracks.equals(publishTracks)) {
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

    /** Asked of the loop's logs themselves once more: until then an offer holds nothing. */
    private void requireLogMemory(List<PublishTrack> tracks, List<PublishTrack> before) throws SessionRefusedException {
        LogMemory memory = host.logMemory();
        List<PublishTrack> more =
                tracks.stream().filter(track -> !before.contains(track)).toList();
        if (!memory.hasRoom(memory.bytesOf(more))) {
            throw SessionHost.outOfLogMemory();
        }
    }

    private void playAgain(String sdp) throws SessionRefusedException {
        PlayAnswer answer = answerPlay(sdp);
        checkSameCertificate(answer.remote());
        if (isRestart(answer.remote())) {
            restart();
            answer = answerPlay(sdp);
        }
        List<PlayTrack> tracks = answer.tracks();
        boolean mixed = answer.remote().extmapAllowMixed();
        if (!tracks.equals(playTracks)) {
            host.call(loop, nowNs -> {
                if (!peer.isEnded()) {
                    peer.player().configure(tracks, mixed);
                    noteOtherTracks(nowNs);
                }
            });
            playFormats = formats(tracks);
        }
        accept(answer);
    }

    @Override
    public synchronized IceRestart restartIce(String remoteUfrag, String remotePassword)
            throws SessionRefusedException {
        checkAlive();
        restart();
        if (remote != null) {
            remote = new RemoteTransport(remoteUfrag, remotePassword, remote.fingerprints(), remote.extmapAllowMixed());
        }
        return new IceRestart(local.ufrag(), local.password(), host.candidateOf(peer, candidates));
    }

    /** Returns our candidate of the pair in use. */
    private String restart() throws SessionRefusedException {
        IceCredentials next = IceCredentials.generate(host.random());
        AtomicReference<String> candidate = new AtomicReference<>();
        host.call(loop, nowNs -> {
            candidate.set(host.candidateOf(peer, candidates));
            if (!peer.isEnded()) {
                peer.restartIce(next, nowNs, loop);
            }
        });
        local = next;
        iceGeneration++;
        return candidate.get();
    }

    private boolean isRestart(RemoteTransport offered) {
        return !offered.ufrag().equals(remote.ufrag()) || !offered.password().equals(remote.password());
    }

    private void checkSameCertificate(RemoteTransport offered) throws SessionRefusedException {
        if (!offered.fingerprints().equals(remote.fingerprints())) {
            throw new SessionRefusedException(
                    Refusal.BAD_SDP, "The certificate cannot change within a session; open a new one.");
        }
    }

    private void checkAlive() throws SessionRefusedException {
        Peer present = peer;
        if (present == null || ended.isDone() || requestedEnd.get() != null) {
            throw new SessionRefusedException(Refusal.ENDED, "The session has ended.");
        }
    }

    // ---- SDP ---------------------------------------------------------------------------------------------------

    private PublishAnswer answerPublish(String offer) throws SessionRefusedException {
        PublishWishes wishes =
                new PublishWishes(settings.preferredCodecs(), settings.adaptive(), settings.maxBitrateBps());
        try {
            return SdpNegotiator.answerPublish(offer, transport(), publishTracks, wishes);
        } catch (SdpException e) {
            throw refused(e);
        }
    }

    private PlayAnswer answerPlay(String offer) throws SessionRefusedException {
        try {
            return SdpNegotiator.answerPlay(offer, playSources.list(), playSources.wanted(), transport(), playTracks);
        } catch (SdpException e) {
            throw refused(e);
        }
    }

    private void accept(PublishAnswer answer) {
        remote = answer.remote();
        publishTracks = answer.tracks();
        codecs = names(publishTracks.stream().map(PublishTrack::codec));
        localDescription = answer.sdp();
        bundleMid = answer.bundleMid();
    }

    private void accept(PlayAnswer answer) {
        remote = answer.remote();
        playTracks = answer.tracks();
        codecs = names(playTracks.stream().map(PlayTrack::codec));
        localDescription = answer.sdp();
        bundleMid = answer.bundleMid();
    }

    private LocalTransport transport() {
        return new LocalTransport(
                local.ufrag(),
                local.password(),
                host.fingerprint(),
                candidates,
                sdpSessionId,
                ++sdpVersion,
                cname,
                "sluice");
    }

    private static List<CodecFormat> formats(List<PlayTrack> tracks) {
        return tracks.stream().map(PlayTrack::codec).toList();
    }

    private static String names(Stream<CodecFormat> formats) {
        return formats.map(CodecFormat::name).distinct().collect(Collectors.joining(","));
    }

    private static List<Fingerprint> fingerprints(RemoteTransport remote) throws SessionRefusedException {
        List<Fingerprint> usable = new ArrayList<>();
        String problem = "no fingerprint";
        for (String text : remote.fingerprints()) {
            try {
                usable.add(Fingerprint.parse(text));
            } catch (IllegalArgumentException e) {
                problem = e.getMessage();
            }
        }
        if (usable.isEmpty()) {
            throw new SessionRefusedException(Refusal.BAD_SDP, "a=fingerprint: " + problem);
        }
        return usable;
    }

    private static SessionRefusedException refused(SdpException e) {
        return new SessionRefusedException(
                e.kind() == SdpException.Kind.NO_COMMON_CODEC ? Refusal.NO_COMMON_CODEC : Refusal.BAD_SDP,
                e.getMessage());
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
        return localDescription;
    }

    @Override
    public List<String> candidates() {
        return candidates.stream().map(HostCandidate::value).toList();
    }

    @Override
    public String bundleMid() {
        return bundleMid;
    }

    @Override
    public int iceGeneration() {
        return iceGeneration;
    }

    /** Null before the session was opened. */
    Peer peer() {
        return peer;
    }

    /** How long players wait for this publisher's return; null: as long as for any. */
    Duration grace() {
        return settings.grace();
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

    /** Kept for recordings only, so not what is longer than any browser's. */
    private static String shown(String sdp) {
        return sdp.length() <= MOST_SDP_CHARS ? sdp : null;
    }

    /** The remote's newest SDP; null before there is one, and when it is very long. */
    String remoteDescription() {
        return remoteDescription;
    }

    /** What was negotiated, for a recording's reader. */
    synchronized String summary() {
        StringBuilder text = new StringBuilder();
        publishTracks.forEach(track -> text.append(track).append('\n'));
        playTracks.forEach(track -> text.append(track).append('\n'));
        return text.toString();
    }

    @Override
    public SessionStats stats() {
        return SessionStats.of(peer, codecs, loop.index());
    }

    @Override
    public Delivery delivery() {
        String video = "";
        String audio = "";
        String mid = "";
        for (PlayTrack track : playTracks) {
            if (track.kind() == MediaKind.AUDIO) {
                audio = "a1";
            } else {
                mid = track.mid();
                video = "v1";
            }
        }
        Peer present = peer;
        LayerPoint sent =
                present == null || publisher ? null : present.player().layers().sent();
        if (sent == null || video.isEmpty()) {
            return new Delivery(video, audio, mid, false);
        }
        List<LayerPoint> points = present.player().stream().publication().layers();
        return new Delivery(
                VideoQualities.id(points, sent),
                audio,
                mid,
                present.player().layers().isStarving());
    }

    /** Whether a player's decoders can go on with this publication. */
    private boolean fits(Publication publication) {
        for (CodecFormat format : playFormats) {
            PublishedTrack track = publication.track(format.kind());
            if (track != null && !track.format().compatibleWith(format)) {
                return false;
            }
        }
        return true;
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
