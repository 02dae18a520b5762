package dev.sluice.signaling.session;

import dev.sluice.engine.MediaSession;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.StreamSettings;
import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.config.StreamRule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door for who publishes and plays: declared, what they show, what a hook says, how many there are. Safe for many threads;
 * all but {@link #checkAtOnce} may block and belongs on virtual threads.
 */
public final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    /** Until a hook that failed is asked again for a session that goes on meanwhile. */
    private static final Duration RETRY_FAILED = Duration.ofSeconds(10);

    /** The same when too many were being asked. */
    private static final Duration RETRY_BUSY = Duration.ofSeconds(1);

    /** Opens a session in the engine. */
    @FunctionalInterface
    public interface Opening {
        MediaSession open() throws SessionRefusedException;
    }

    private final AccessControl access;
    private final Credentials credentials;
    private final HookGuards hooks;
    private final SessionDirectory sessions;
    private final SessionPlaces places;
    private final Looks<Grant> looks = new Looks<>();
    private final Refusals refusals;
    private final InstantSource clock;
    private final AtomicLong edition = new AtomicLong();
    private final ConcurrentHashMap<String, LongAdder> counters = new ConcurrentHashMap<>();

    Admission(
            AccessControl access,
            Credentials credentials,
            HookGuards hooks,
            SessionDirectory sessions,
            SessionPlaces places,
            InstantSource clock) {
        this.access = access;
        this.credentials = credentials;
        this.hooks = hooks;
        this.sessions = sessions;
        this.places = places;
        this.clock = clock;
        this.refusals = new Refusals(sessions, clock, this::count);
        sessions.addListener(refusals);
    }

    /** Null when the stream is declared, whoever asks. */
    public Problem checkDeclared(String stream) {
        return access.checkDeclared(stream);
    }

    /** What the config says of a stream's media. */
    public StreamSettings settings(String stream) {
        return access.settings(stream);
    }

    /** What can be refused without waiting, on any thread: null when the rest may be asked. */
    public Problem checkAtOnce(Role role, String stream, Caller caller) {
        Problem problem = problemAtOnce(role, stream, caller);
        if (problem != null) {
            refusals.ofJoin(role, stream, caller, problem);
        }
        return problem;
    }

    private Problem problemAtOnce(Role role, String stream, Caller caller) {
        try {
            return credentials.checkAtOnce(role, access.rule(stream), caller);
        } catch (AccessRefusedException e) {
            return e.problem();
        }
    }

    /** The same for who only looks. */
    public Problem lookAtOnce(String stream, Caller caller) {
        Problem problem = problemAtOnce(Role.PLAY, stream, caller);
        if (problem != null) {
            refusals.ofLook(stream, caller, problem);
        }
        return problem;
    }

    /** Tells of somebody who is turned away for what this does not know of. */
    public void refuse(Role role, String stream, Caller caller, Problem problem) {
        refusals.ofJoin(role, stream, caller, problem);
    }

    /** The same of who only looks. */
    public void refuseLook(String stream, Caller caller, Problem problem) {
        refusals.ofLook(stream, caller, problem);
    }

    /** Whether somebody might play who only looks; a join that follows goes on with the hook where this one left. */
    public void look(String stream, Caller caller) throws AccessRefusedException {
        Grant grant = grant(Role.PLAY, stream, caller);
        try {
            if (hooks.asks(Role.PLAY, access.rule(stream))) {
                // Before it is asked: the join may come meanwhile.
                looks.put(stream, caller, grant, clock.instant());
            }
            judge(grant, null, false);
        } catch (AccessRefusedException e) {
            refusals.ofLook(stream, caller, e.problem());
            throw e;
        }
    }

    private Grant grant(Role role, String stream, Caller caller) {
        Grant look = role == Role.PLAY ? looks.take(stream, caller, clock.instant()) : null;
        return look == null ? new Grant(role, stream, caller) : look.again(caller);
    }

    /** Whether somebody might publish or play, without a session. */
    public void check(Role role, String stream, Caller caller) throws AccessRefusedException {
        try {
            judge(new Grant(role, stream, caller), null, false);
        } catch (AccessRefusedException e) {
            refusals.ofJoin(role, stream, caller, e.problem());
            throw e;
        }
    }

    /**
     * Lets somebody in; the places are taken until the grant, or the session opened with it, ends.
     *
     * @param former of the session that ends when this one begins, null: none does
     */
    public Grant admit(Role role, String stream, Caller caller, Grant former) throws AccessRefusedException {
        Grant grant = grant(role, stream, caller);
        try {
            judge(grant, null, false);
            caller.times().checked();
            Rights rights = grant.rights();
            StreamRule rule = access.rule(stream);
            String counted = role == Role.PLAY ? stream : "";
            Problem full = places.take(
                    counted,
                    rule.access().maxSessions(),
                    rights.userId(),
                    rights.maxSessions(),
                    replaced(grant, rights, former));
            if (full != null) {
                throw AccessRefusedException.of(full);
            }
            grant.begin(() -> places.give(counted, rights.userId()));
            return grant;
        } catch (AccessRefusedException e) {
            refusals.ofJoin(role, stream, caller, e.problem());
            throw e;
        }
    }

    /** The grant itself while it holds, else another one for the same. */
    public Grant renewed(Grant grant) throws AccessRefusedException {
        if (!grant.isClosed() && !isDue(grant)) {
            return grant;
        }
        grant.close();
        return admit(grant.role(), grant.stream(), grant.caller(), null);
    }

    /** One of the same user: its own former session, or the publisher that it takes the stream over from. */
    private int replaced(Grant grant, Rights rights, Grant former) {
        if (former != null) {
            return former.rights().userId().equals(rights.userId()) ? 1 : 0;
        }
        boolean returns = grant.role() == Role.PUBLISH
                && !rights.userId().isEmpty()
                && sessions.all().stream()
                        .anyMatch(other -> other.role() == Role.PUBLISH
                                && other.stream().equals(grant.stream())
                                && other.grant().rights().userId().equals(rights.userId()));
        return returns ? 1 : 0;
    }

    /** Opens the session that a grant is for; its end gives the places back, as does a refusal. */
    public MediaSession open(Grant grant, Opening opening) throws SessionRefusedException {
        MediaSession media;
        grant.caller().times().opening();
        try {
            media = opening.open();
        } catch (SessionRefusedException e) {
            grant.close();
            sessions.refused(grant.role(), grant.stream(), grant.caller(), Problem.of(e));
            throw e;
        } catch (RuntimeException e) {
            grant.close();
            throw e;
        }
        media.ended().thenAccept(end -> grant.close());
        return media;
    }

    /** @param anew hooks are asked even if what they said still holds */
    private void judge(Grant grant, ClientSession running, boolean anew) throws AccessRefusedException {
        // Read first: what is replaced while this goes on makes it due again.
        long current = edition.get();
        StreamRule rule = access.rule(grant.stream());
        Rights shown = credentials.check(grant.role(), grant.stream(), rule, grant.caller());
        grant.renew(hooks.narrow(shown, grant, rule, running, anew), current);
    }

    /**
     * Sessions are decided again within about a second, by hooks that are asked anew.
     *
     * @param stream null for all
     * @return how many
     */
    public int askAnew(String stream) {
        int asked = 0;
        for (ClientSession session : sessions.all()) {
            if (stream == null || session.stream().equals(stream)) {
                session.grant().askAnew();
                asked++;
            }
        }
        return asked;
    }

    /**
     * The configuration was replaced: every grant is decided again, within about a second or when its session begins, and publishers
     * get what is said of their streams now. What hooks said still holds.
     */
    public void recheckAll() {
        edition.incrementAndGet();
    }

    /** Whether a grant has to be decided again. */
    boolean isDue(Grant grant) {
        return grant.isDue(clock.instant(), edition.get());
    }

    /** Whether a running session still may; if not, it is ended. What is said of its stream now holds for it. */
    boolean recheck(ClientSession session) {
        Grant grant = session.grant();
        long current = edition.get();
        if (session.role() == Role.PUBLISH) {
            session.media().revise(settings(session.stream()));
        }
        boolean anew = grant.takeAnew();
        try {
            judge(grant, session, anew);
            return true;
        } catch (AccessRefusedException e) {
            Duration retry = e.problem().equals(Problem.accessBusy()) ? RETRY_BUSY : RETRY_FAILED;
            if (e.isUndecided() && (retry == RETRY_BUSY || hooks.keepsOnFailure())) {
                Instant next = clock.instant().plus(retry);
                if (anew) {
                    grant.oweAnew();
                }
                grant.renew(grant.rights().withUntil(next), current);
                return true;
            }
            boolean streamIsGone = e.problem().isOfStream();
            end(
                    session,
                    streamIsGone ? SessionEnd.OPERATOR : SessionEnd.ACCESS_ENDED,
                    e.problem().code());
            return false;
        }
    }

    /** Ends a session that may not go on. */
    void end(ClientSession session, SessionEnd end, String reason) {
        count("ended." + end.name().toLowerCase(java.util.Locale.ROOT));
        LOG.info("session={} event=access-ended reason={}", session.shortId(), reason);
        session.media().close(end);
    }

    private void count(String name) {
        counters.computeIfAbsent(name, key -> new LongAdder()).increment();
    }

    /** Sums since the start: {@code refused.CODE}, {@code ended.WHY}, {@code hook.asked} and its like, by name. */
    public Map<String, Long> counters() {
        Map<String, Long> sums = new TreeMap<>(hooks.counters());
        sums.put("ended.access_ended", 0L);
        sums.put("ended.bitrate_exceeded", 0L);
        sums.put("ended.operator", 0L);
        counters.forEach((name, sum) -> sums.put(name, sum.sum()));
        return sums;
    }
}
