package dev.sluice.engine;

import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.StreamSettings.Transport;
import dev.sluice.engine.dtls.Fingerprint;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.sdp.HostCandidate;
import dev.sluice.engine.sdp.LocalTransport;
import dev.sluice.engine.sdp.RemoteTransport;
import java.util.ArrayList;
import java.util.List;

/**
 * Both ends of a session's transport, as its descriptions have them: credentials, candidates, certificates; and the newest
 * descriptions. Confined to its session's monitor; what is volatile may be read by any thread.
 */
final class SessionTransport {
    /** Longer than any browser's. */
    private static final int MOST_KEPT_CHARS = 16 * 1024;

    private final String fingerprint;
    private final String cname;
    private final long sdpSessionId;
    private int sdpVersion;
    private volatile List<HostCandidate> candidates;
    private volatile int iceGeneration = 1;
    private volatile String localDescription;
    private volatile String bundleMid;
    private volatile String remoteDescription;
    private IceCredentials local;
    /** Null before its first description. */
    private RemoteTransport remote;

    SessionTransport(SessionHost host, List<HostCandidate> candidates) {
        this.fingerprint = host.fingerprint();
        this.candidates = candidates;
        this.sdpSessionId = host.random().nextLong() >>> 2;
        this.cname = host.newCname();
        this.local = IceCredentials.generate(host.random());
    }

    String cname() {
        return cname;
    }

    List<HostCandidate> candidates() {
        return candidates;
    }

    /** Before the first description. */
    void keepOnly(Transport wanted) {
        candidates = SessionHost.only(wanted, candidates);
    }

    IceCredentials local() {
        return local;
    }

    /** How many credentials there were, these counted. */
    int iceGeneration() {
        return iceGeneration;
    }

    void restart(IceCredentials next) {
        local = next;
        iceGeneration++;
    }

    /** Our end, for another description. */
    LocalTransport describe() {
        return new LocalTransport(
                local.ufrag(), local.password(), fingerprint, candidates, sdpSessionId, ++sdpVersion, cname, "sluice");
    }

    /** Our newest description; null before the first. */
    String localDescription() {
        return localDescription;
    }

    /** Of the section that our candidates belong to. */
    String bundleMid() {
        return bundleMid;
    }

    void localDescription(String sdp, String mid) {
        localDescription = sdp;
        bundleMid = mid;
    }

    /** The remote's newest; null before there is one, and when it is very long. */
    String remoteDescription() {
        return remoteDescription;
    }

    /** Kept for recordings only. */
    void remoteDescription(String sdp) {
        remoteDescription = sdp.length() <= MOST_KEPT_CHARS ? sdp : null;
    }

    boolean knowsRemote() {
        return remote != null;
    }

    void accept(RemoteTransport described) {
        remote = described;
    }

    /** What the remote offered, and our answer to it. */
    void accept(RemoteTransport described, String answer, String mid) {
        accept(described);
        localDescription(answer, mid);
    }

    /** The remote has other credentials and said so without a description. */
    void restartRemote(String ufrag, String password) {
        if (remote != null) {
            remote = new RemoteTransport(ufrag, password, remote.fingerprints(), remote.extmapAllowMixed());
        }
    }

    /** Whether a description of the remote's asks for other credentials of ours. */
    boolean isRestart(RemoteTransport described) {
        return !described.ufrag().equals(remote.ufrag())
                || !described.password().equals(remote.password());
    }

    void requireSameCertificate(RemoteTransport described) throws SessionRefusedException {
        if (!described.fingerprints().equals(remote.fingerprints())) {
            throw new SessionRefusedException(
                    Refusal.BAD_SDP, "The certificate cannot change within a session; open a new one.");
        }
    }

    /** Those that we can check, at least one. */
    static List<Fingerprint> fingerprints(RemoteTransport described) throws SessionRefusedException {
        List<Fingerprint> usable = new ArrayList<>();
        String problem = "no fingerprint";
        for (String text : described.fingerprints()) {
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
}
