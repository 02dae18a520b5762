package dev.sluice.signaling.whip;

import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.session.Grant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The resource of a WHIP or WHEP session: its media, the ICE generation as ETag, the client's credentials so far. Safe for many
 * threads.
 */
final class HttpSession {
    private static final int MAX_KNOWN_UFRAGS = 64;

    private final MediaSession media;
    private final Role role;
    private final Grant grant;
    private final ReentrantLock lock = new ReentrantLock();

    /** The latest ones: trickled candidates of older generations no longer come. */
    private final Set<String> knownUfrags = new LinkedHashSet<>();

    private long offerVersion;

    HttpSession(MediaSession media, Role role, Grant grant, OfferFacts offer) {
        this.media = media;
        this.role = role;
        this.grant = grant;
        this.offerVersion = offer.version();
        know(offer);
    }

    /**
     * Whether an offer of the same certificate and session id is of the same PeerConnection: a later one, or the same once more. FFmpeg 8
     * writes one session id and version always, and may keep its certificate, so that another one looks alike but for its ICE
     * credentials.
     */
    boolean isContinuedBy(OfferFacts offer) {
        lock.lock();
        try {
            return offer.version() > offerVersion || offer.ufrag() != null && knownUfrags.contains(offer.ufrag());
        } finally {
            lock.unlock();
        }
    }

    private void know(OfferFacts facts) {
        knownUfrags.addAll(facts.ufrags());
        while (knownUfrags.size() > MAX_KNOWN_UFRAGS) {
            knownUfrags.remove(knownUfrags.iterator().next());
        }
    }

    MediaSession media() {
        return media;
    }

    Role role() {
        return role;
    }

    Grant grant() {
        return grant;
    }

    Caller caller() {
        return grant.caller();
    }

    /** Strong, one for each ICE generation (RFC 9725 section 4.3.1). */
    String etag() {
        return "\"" + media.iceGeneration() + "\"";
    }

    /** Path-absolute: it is right whatever proxy, scheme or port the client used. */
    String location() {
        return "/" + media.stream() + (role == Role.PUBLISH ? "/whip/" : "/whep/") + media.id();
    }

    /** A whole new offer of the same PeerConnection. */
    String onOffer(String sdp, OfferFacts offer) throws SessionRefusedException {
        lock.lock();
        try {
            String answer = media.onOffer(sdp);
            offerVersion = Math.max(offerVersion, offer.version());
            know(offer);
            return answer;
        } finally {
            lock.unlock();
        }
    }

    /**
     * An ICE restart when the fragment has credentials not seen before. Those seen before are of trickled candidates, perhaps of
     * an earlier generation.
     *
     * @return the fragment for the client, or null when it was none
     */
    String restart(OfferFacts fragment) throws SessionRefusedException {
        lock.lock();
        try {
            if (fragment.ufrag() == null || fragment.password() == null || knownUfrags.contains(fragment.ufrag())) {
                return null;
            }
            MediaSession.IceRestart restart = media.restartIce(fragment.ufrag(), fragment.password());
            know(fragment);
            return fragment(restart);
        } finally {
            lock.unlock();
        }
    }

    /**
     * RFC 8840 section 9, with one candidate: a widespread client joins several into one broken line.
     */
    private String fragment(MediaSession.IceRestart restart) {
        String answer = media.localDescription();
        int section = answer.indexOf("\nm=") + 1;
        String kind = section > 0 && answer.startsWith("m=video", section) ? "video" : "audio";
        return "a=ice-lite\r\n"
                + "a=ice-ufrag:" + restart.localUfrag() + "\r\n"
                + "a=ice-pwd:" + restart.localPassword() + "\r\n"
                + "m=" + kind + " 9 UDP/TLS/RTP/SAVPF 0\r\n"
                + "a=mid:" + media.bundleMid() + "\r\n"
                + (restart.candidate() == null ? "" : "a=" + restart.candidate() + "\r\n")
                + "a=end-of-candidates\r\n";
    }
}
