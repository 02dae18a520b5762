package dev.sluice.signaling.session;

import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.access.hook.HookAnswer;
import dev.sluice.signaling.access.hook.HookQuestion;
import dev.sluice.signaling.access.hook.Hooks;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.AuthConfig;
import dev.sluice.signaling.config.StreamRule;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Asks the hook of a stream, if it has one, and says what its answer leaves of a right. Safe for many threads; blocks. */
final class HookGuards {
    private final Supplier<AccessConfig> current;
    private final Hooks hooks;
    private final SessionDirectory sessions;
    private final SessionPlaces places;
    private final InstantSource clock;

    HookGuards(
            Supplier<AccessConfig> current,
            Hooks hooks,
            SessionDirectory sessions,
            SessionPlaces places,
            InstantSource clock) {
        this.current = current;
        this.hooks = hooks;
        this.sessions = sessions;
        this.places = places;
        this.clock = clock;
    }

    /** Whether a hook decides, too. */
    boolean asks(Role role, StreamRule rule) {
        return Credentials.guard(role, rule, current.get().auth()).hook() != null;
    }

    boolean keepsOnFailure() {
        return current.get().auth().keepsOnFailure();
    }

    Map<String, Long> counters() {
        return hooks.counters();
    }

    /**
     * @param running null for a session that is to be
     * @param anew an answer that still holds does not count
     */
    Rights narrow(Rights rights, Grant grant, StreamRule rule, ClientSession running, boolean anew)
            throws AccessRefusedException {
        AuthConfig auth = current.get().auth();
        URI hook = Credentials.guard(grant.role(), rule, auth).hook();
        if (hook == null) {
            return rights;
        }
        HookQuestion question = question(grant, auth, running);
        if (anew) {
            hooks.forget(hook, question);
        }
        return switch (hooks.ask(hook, question, grant::onAsked)) {
            case HookAnswer.Allowed allowed ->
                rights.narrowedBy(allowed.userId(), allowed.maxSessions(), allowed.until());
            case HookAnswer.Denied denied -> throw AccessRefusedException.of(Problem.denied());
            case HookAnswer.Elsewhere elsewhere ->
                throw AccessRefusedException.of(Problem.elsewhere(elsewhere.location()));
            case HookAnswer.Failed failed ->
                throw AccessRefusedException.undecided(
                        Problem.accessUnknown("The server that decides on access does not answer."));
            case HookAnswer.Busy busy -> throw AccessRefusedException.undecided(Problem.accessBusy());
        };
    }

    private HookQuestion question(Grant grant, AuthConfig auth, ClientSession running) {
        Caller caller = grant.caller();
        String token = Credentials.token(caller, auth);
        return new HookQuestion(
                grant.role() == Role.PUBLISH ? "publish" : "play",
                grant.stream(),
                caller.source().getHostAddress(),
                token == null ? "" : token,
                query(caller.query()),
                caller.userAgent(),
                caller.referer(),
                grant.id(),
                grant.questions(),
                places.ofStream(grant.stream()),
                sessions.size(),
                running == null
                        ? 0
                        : Duration.between(running.openedAt(), clock.instant()).toSeconds(),
                running == null ? 0 : running.media().stats().bytes());
    }

    /** The parameters by name, each once: what the client wrote, but in an order that does not vary. */
    private static String query(Map<String, String> parameters) {
        return new TreeMap<>(parameters)
                .entrySet().stream()
                        .filter(entry -> !entry.getKey().isEmpty())
                        .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
