package dev.sluice.engine.ice;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.stun.StunAnswer;
import dev.sluice.engine.stun.StunAuthenticator;
import dev.sluice.engine.stun.StunMessage;
import java.lang.foreign.MemorySegment;

/**
 * The controlled lite side of ICE for one transport (RFC 8445): answers checks, keeps the addresses that passed one, and
 * follows the remote's nominations. Confined to one media loop.
 *
 * <p>The latest nominated pair is selected, at any time: remotes nominate anew when their way changes. After a restart
 * (RFC 8445 section 9) both generations of credentials are answered until the remote nominates with the new ones, so
 * media has no gap; then the old credentials are dead, while addresses they proved stay known, for packets still on
 * their way.
 *
 * <p>Nothing is kept, and nothing is answered, before MESSAGE-INTEGRITY was right.
 */
public final class IceAgent {
    /** Returned when a check was answered; flags may be set in it. */
    public static final int ANSWERED = 0;
    /** Flag: {@link #selected()} is another address than before. */
    public static final int SELECTED_CHANGED = 1;
    /** Flag: the credentials of the generation before are no longer answered. */
    public static final int PREVIOUS_ENDED = 1 << 1;
    /** Flag: {@link #replaced()} is no longer a valid address. */
    public static final int PAIR_REPLACED = 1 << 2;

    /** RFC 7675 section 5.1. */
    public static final long CONSENT_NS = 30_000_000_000L;
    /** What a remote gets at least, after a restart, for its first check with the new credentials. */
    public static final long RESTART_NS = 10_000_000_000L;

    private static final int NOT_A_REQUEST = DropReason.STUN_NOT_A_REQUEST.code();
    private static final int UNKNOWN_USER = DropReason.STUN_UNKNOWN_USER.code();
    private static final int BAD_FINGERPRINT = DropReason.STUN_BAD_FINGERPRINT.code();
    private static final int NO_INTEGRITY = DropReason.STUN_NO_INTEGRITY.code();
    private static final int BAD_INTEGRITY = DropReason.STUN_BAD_INTEGRITY.code();
    private static final int UNKNOWN_ATTRIBUTE = DropReason.STUN_UNKNOWN_ATTRIBUTE.code();
    private static final int ROLE_CONFLICT = DropReason.ICE_ROLE_CONFLICT.code();
    private static final int MALFORMED = DropReason.STUN_MALFORMED.code();
    private static final int EGRESS_FULL = DropReason.EGRESS_FULL.code();

    private final StunMessage message = new StunMessage();
    private final ValidPairs pairs = new ValidPairs();
    private Generation current;
    /** The generation before a restart, until the remote nominated with the new one. */
    private Generation previous;

    private long deadlineNs;

    /** The consent clock starts at {@code nowNs}: a remote that never sends a check expires too. */
    public IceAgent(IceCredentials local, long nowNs) {
        current = new Generation(local);
        deadlineNs = nowNs + CONSENT_NS;
    }

    /**
     * Takes a datagram of the STUN class. Returns {@link #ANSWERED} with flags, or the negative code of a drop reason.
     * Two reasons come with an error answer: {@code STUN_UNKNOWN_ATTRIBUTE} (420) and {@code ICE_ROLE_CONFLICT} (487);
     * all others are silent. Answers go to {@code egress}, to the address the request came from; when that is full the
     * request counts as lost, and the remote sends it again.
     *
     * @param high upper half of the source address, IPv4 v4-mapped
     * @param localIndex which of our addresses heard it
     */
    public int onDatagram(
            MemorySegment segment,
            long offset,
            int lengthBytes,
            long high,
            long low,
            int port,
            int localIndex,
            long nowNs,
            EgressBatch egress) {
        int code = message.parse(segment, offset, lengthBytes);
        if (code < 0) {
            return code;
        }
        if (!message.isBindingRequest()) {
            return NOT_A_REQUEST;
        }
        Generation asked = askedGeneration();
        if (asked == null) {
            return UNKNOWN_USER;
        }
        StunAuthenticator authenticator = asked.authenticator;
        // FINGERPRINT may be absent, its purpose (telling STUN from others) is served by the cookie; it may not be
        // wrong.
        if (message.hasFingerprint() && !authenticator.isFingerprintRight(message)) {
            return BAD_FINGERPRINT;
        }
        if (!message.hasIntegrity()) {
            return NO_INTEGRITY;
        }
        if (!authenticator.isAuthentic(message)) {
            return BAD_INTEGRITY;
        }
        long at = egress.claim(Math.min(lengthBytes, StunAnswer.MAX_BYTES));
        if (at < 0) {
            return EGRESS_FULL;
        }
        if (message.unknownCount() > 0 || message.isFromControlled()) {
            return refuse(authenticator, at, high, low, port, localIndex, egress);
        }
        int answerBytes = StunAnswer.writeSuccess(message, high, low, port, authenticator, egress.segment(), at);
        if (answerBytes == 0) {
            return MALFORMED;
        }
        int flags = ANSWERED;
        int index = pairs.indexOf(high, low, port, localIndex);
        if (index < 0) {
            index = pairs.add(new RemoteAddress(high, low, port, localIndex), nowNs);
            flags |= pairs.replaced() != null ? PAIR_REPLACED : 0;
        }
        egress.commit(answerBytes, pairs.at(index));
        return flags | onCheck(index, asked, nowNs);
    }

    /** The generation whose ufrag a request names, or null. */
    private Generation askedGeneration() {
        if (message.isForUfrag(current.ufrag)) {
            return current;
        }
        return previous != null && message.isForUfrag(previous.ufrag) ? previous : null;
    }

    /** A check that passed and is answered: consent, nomination, end of an old generation. Returns flags. */
    private int onCheck(int index, Generation asked, long nowNs) {
        deadlineNs = later(deadlineNs, nowNs + CONSENT_NS);
        pairs.onCheck(index, nowNs);
        int flags = 0;
        if (message.nominates() && asked == current && previous != null) {
            previous = null;
            flags = PREVIOUS_ENDED;
        }
        int selected = pairs.selected();
        // Consent is a pair's own (RFC 7675): a selected one that has lost it gives way to the one that lives.
        boolean abandoned = selected >= 0 && pairs.idleNs(selected, nowNs) >= CONSENT_NS;
        if ((message.nominates() || abandoned) && selected != index) {
            pairs.select(index);
            flags |= SELECTED_CHANGED;
        }
        return flags;
    }

    /** Answers an authentic request with the error it earns; no pair becomes valid and no consent is given by it. */
    private int refuse(
            StunAuthenticator authenticator,
            long at,
            long high,
            long low,
            int port,
            int localIndex,
            EgressBatch egress) {
        // An attribute that is not understood comes before all others (RFC 8489 section 6.3.1).
        boolean unknown = message.unknownCount() > 0;
        int answerBytes = unknown
                ? StunAnswer.writeUnknownAttribute(message, authenticator, egress.segment(), at)
                : StunAnswer.writeRoleConflict(message, authenticator, egress.segment(), at);
        if (answerBytes > 0) {
            RemoteAddress known = find(high, low, port, localIndex);
            egress.commit(answerBytes, known != null ? known : new RemoteAddress(high, low, port, localIndex));
        }
        return unknown ? UNKNOWN_ATTRIBUTE : ROLE_CONFLICT;
    }

    /** Where to send: the remote's latest nominated address, or null before its first nomination. */
    public RemoteAddress selected() {
        return pairs.selected() < 0 ? null : pairs.at(pairs.selected());
    }

    /** The valid address with these numbers, or null: from nowhere else is DTLS or media accepted. */
    public RemoteAddress find(long high, long low, int port, int localIndex) {
        int index = pairs.indexOf(high, low, port, localIndex);
        return index < 0 ? null : pairs.at(index);
    }

    /**
     * When the last check from a valid address was answered with success, or {@code Long.MIN_VALUE} when it is not valid (any
     * more): to be compared with before it is taken for a time.
     */
    public long checkedNs(RemoteAddress pair) {
        int index = pairs.indexOf(pair.high(), pair.low(), pair.port(), pair.localIndex());
        return index < 0 ? Long.MIN_VALUE : pairs.checkedNs(index);
    }

    /**
     * No datagram can come from or go to this address any more: its TCP connection is gone. When it was the selected one, that with
     * the latest check is until the remote nominates; none when its consent is over (RFC 7675 section 5.1).
     *
     * @return whether another address is selected now, or none
     */
    public boolean forget(RemoteAddress address, long nowNs) {
        RemoteAddress before = selected();
        int index = pairs.indexOf(address.high(), address.low(), address.port(), address.localIndex());
        if (index >= 0) {
            pairs.remove(index, nowNs - CONSENT_NS);
        }
        return selected() != before;
    }

    /** Valid addresses known now. */
    public int pairs() {
        return pairs.size();
    }

    /** The valid address at an index below {@link #pairs()}. */
    public RemoteAddress pair(int index) {
        return pairs.at(index);
    }

    /** The address that the latest {@link #PAIR_REPLACED} was about; null before the first. */
    public RemoteAddress replaced() {
        return pairs.replaced();
    }

    /**
     * Starts a new generation. At most two are answered: the one that the remote nominated with last, and the newest.
     * Returns the credentials that are dead by this at once (of a restart before that the remote never followed), or null.
     */
    public IceCredentials restart(IceCredentials next, long nowNs) {
        Generation unfollowed = previous == null ? null : current;
        if (previous == null) {
            previous = current;
        }
        current = new Generation(next);
        deadlineNs = later(deadlineNs, nowNs + RESTART_NS);
        return unfollowed == null ? null : unfollowed.credentials;
    }

    /** The newest credentials, those for SDP. */
    public IceCredentials local() {
        return current.credentials;
    }

    /** Whether nothing may be sent any more: no check for 30 s, and none in time after a restart (RFC 7675). */
    public boolean consentExpired(long nowNs) {
        return nowNs - deadlineNs >= 0;
    }

    /** When consent expires unless a check comes. */
    public long deadlineNs() {
        return deadlineNs;
    }

    private static long later(long aNs, long bNs) {
        return aNs - bNs >= 0 ? aNs : bNs;
    }

    /** One generation of our credentials, ready for checking. */
    private static final class Generation {
        final IceCredentials credentials;
        final byte[] ufrag;
        final StunAuthenticator authenticator;

        Generation(IceCredentials credentials) {
            this.credentials = credentials;
            this.ufrag = credentials.ufragBytes();
            this.authenticator = new StunAuthenticator(credentials.password());
        }
    }
}
