package dev.sluice.signaling.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.signaling.FakeSession;
import dev.sluice.signaling.OtherServer;
import dev.sluice.signaling.TestClock;
import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.jwt.Signer;
import dev.sluice.signaling.access.outbound.OutboundHttp;
import dev.sluice.signaling.config.AccessConfig;
import dev.sluice.signaling.config.ConfigFile;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
    private static final String SECRET = "a secret of more than thirty-two bytes";
    private static final Signer SIGNER = Signer.secret(SECRET);

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final SessionDirectory sessions = new SessionDirectory();
    private final AtomicInteger ids = new AtomicInteger();
    private final List<String> refusals = new ArrayList<>();
    private OtherServer hook;
    private volatile AccessConfig config;
    private AccessGuard guard;
    private Admission admission;

    @BeforeEach
    void start() throws Exception {
        hook = new OtherServer(OtherServer.status(200));
        guard = new AccessGuard(
                () -> config,
                new AccessControl(() -> config),
                sessions,
                new OutboundHttp(Duration.ofSeconds(30)),
                clock,
                Runnable::run);
        admission = guard.admission();
        admission.addRefusalListener(
                (role, stream, caller, problem) -> refusals.add(role + " " + stream + " " + problem.code()));
    }

    @AfterEach
    void close() {
        guard.close();
        hook.close();
    }

    private void config(String text) throws Exception {
        config = ConfigFile.read(Files.writeString(folder.resolve("sluice.conf"), text))
                .access();
    }

    private static Caller caller(String... query) throws Exception {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < query.length; i += 2) {
            parameters.put(query[i], query[i + 1]);
        }
        return new Caller(InetAddress.getByName("192.0.2.7"), "http", "sluice", null, "agent", "", parameters, null);
    }

    private Caller token(Object... claims) throws Exception {
        return caller("token", SIGNER.token(claims));
    }

    private String refusal(Role role, String stream, Caller caller) {
        return assertThrows(AccessRefusedException.class, () -> admission.admit(role, stream, caller, null))
                .problem()
                .code();
    }

    /** A session of somebody who is let in. */
    private ClientSession open(Role role, String stream, Caller caller) throws Exception {
        Grant grant = admission.admit(role, stream, caller, null);
        FakeSession media = new FakeSession("session-" + ids.incrementAndGet(), stream, role == Role.PUBLISH);
        admission.open(grant, () -> media);
        ClientSession session = new ClientSession(media, role, "websocket", caller, clock.instant(), grant);
        sessions.add(session);
        return session;
    }

    private static SessionEnd end(ClientSession session) throws Exception {
        return ((FakeSession) session.media()).end.get(5, TimeUnit.SECONDS);
    }

    private static boolean runs(ClientSession session) {
        return !((FakeSession) session.media()).end.isDone();
    }

    @Test
    void shouldLetInByPasswordAndByNothingWhereNothingIsAsked() throws Exception {
        config("""
                streams { free { input = "publish://" }
                          locked { input = "publish://", password = sesame, play_password = open } }
                """);
        assertEquals(
                Rights.Kind.NONE,
                admission.admit(Role.PLAY, "free", caller(), null).rights().kind());
        assertEquals(
                Rights.Kind.PASSWORD,
                admission
                        .admit(Role.PUBLISH, "locked", caller("password", "sesame"), null)
                        .rights()
                        .kind());
        assertEquals("password", refusal(Role.PUBLISH, "locked", caller("password", "open")));
        assertEquals("password", refusal(Role.PLAY, "locked", caller()));
        assertEquals("stream_not_found", refusal(Role.PLAY, "other", caller()));
        assertEquals(
                List.of("PUBLISH locked password", "PLAY locked password", "PLAY other stream_not_found"), refusals);
        assertEquals(2, admission.counters().get("refused.password"));
    }

    @Test
    void shouldReadTheClaimsOfAToken() throws Exception {
        config("auth { jwt { secret = \"" + SECRET + "\" } }\nstreams { \"**\" { input = \"publish://\" } }");
        Rights rights = admission
                .admit(Role.PLAY, "cam/one", token("play", List.of("cam/*"), "sub", "ada", "max_sessions", 2), null)
                .rights();
        assertEquals("ada", rights.userId());
        assertEquals(2, rights.maxSessions());
        assertEquals(Rights.Kind.JWT, rights.kind());
        admission.check(Role.PUBLISH, "cam", token("publish", "cam"));
        admission.check(Role.PUBLISH, "a/b/c", token("publish", "**"));
        assertEquals("forbidden", refusal(Role.PUBLISH, "cam/one", token("play", List.of("cam/*"))));
        assertEquals("forbidden", refusal(Role.PLAY, "cam/one/two", token("play", List.of("cam/*", 7, "..", "a b"))));
        assertEquals("forbidden", refusal(Role.PLAY, "cam", token("sub", "ada")));
        admission.check(Role.PLAY, "cam", token("play", "cam", "ip", List.of("198.51.100.1", "192.0.2.0/24")));
        assertEquals("forbidden", refusal(Role.PLAY, "cam", token("play", "cam", "ip", "192.0.2.8")));
        assertEquals("forbidden", refusal(Role.PLAY, "cam", token("play", "cam", "ip", List.of(7, "x"))));
        for (Object bad : List.of(0, -1, 1.5, "2", true)) {
            assertEquals("token", refusal(Role.PLAY, "cam", token("play", "cam", "max_sessions", bad)));
        }
        assertEquals("token", refusal(Role.PLAY, "cam", token("play", "cam", "sub", "a\nb")));
        assertEquals("token", refusal(Role.PLAY, "cam", caller()));
        assertEquals("token", refusal(Role.PLAY, "cam", caller("token", "x".repeat(100_000))));
    }

    @Test
    void shouldTakeTokensMadeForMediaMtx() throws Exception {
        config("auth { jwt { secret = \"" + SECRET + "\" } }\nstreams { \"**\" { input = \"publish://\" } }");
        List<Object> permissions =
                List.of(Map.of("action", "read", "path", "cam"), Map.of("action", "publish", "path", ""));
        admission.check(Role.PLAY, "cam", token("mediamtx_permissions", permissions));
        admission.check(Role.PUBLISH, "any", token("mediamtx_permissions", permissions));
        assertEquals("forbidden", refusal(Role.PLAY, "other", token("mediamtx_permissions", permissions)));
        List<Object> expression = List.of(Map.of("action", "read", "path", "~.*"), 7, "read");
        assertEquals("forbidden", refusal(Role.PLAY, "cam", token("mediamtx_permissions", expression)));
    }

    @Test
    void shouldLetEitherPasswordOrTokenDo() throws Exception {
        config("auth { token_name = access, jwt { secret = \"" + SECRET + "\" } }\n" + """
                streams { cam { input = "publish://", password = sesame }
                          free { input = "publish://", jwt = off } }
                """);
        admission.check(Role.PUBLISH, "cam", caller("password", "sesame"));
        admission.check(Role.PUBLISH, "cam", caller("access", SIGNER.token("publish", "cam")));
        assertEquals("token", refusal(Role.PUBLISH, "cam", token("publish", "cam")));
        assertEquals("token", refusal(Role.PLAY, "cam", caller("password", "sesame")));
        admission.check(Role.PLAY, "free", caller());
    }

    @Test
    void shouldEndASessionWhenItsTokenExpires() throws Exception {
        config("auth { jwt { secret = \"" + SECRET + "\" } }\nstreams { cam { input = \"publish://\" } }");
        ClientSession session = open(Role.PLAY, "cam", token("play", "cam", "exp", clock.seconds() + 100));
        ClientSession without = open(Role.PLAY, "cam", token("play", "cam"));
        clock.pass(Duration.ofSeconds(129));
        guard.watch().look();
        assertTrue(runs(session));
        clock.pass(Duration.ofSeconds(1));
        guard.watch().look();
        guard.watch().look();
        assertEquals(SessionEnd.ACCESS_ENDED, end(session));
        assertTrue(runs(without));
        assertEquals(1, admission.counters().get("ended.access_ended"));
    }

    @Test
    void shouldAskTheHookAgainWhenItsAnswerIsOverAndEndWhoItNoLongerAllows() throws Exception {
        config("auth { on_play = \"" + hook.uri() + "\" }\nstreams { cam { input = \"publish://\" } }");
        hook.answer(OtherServer.status(200, "X-AuthDuration", "60", "X-UserId", "ada"));
        ClientSession session = open(Role.PLAY, "cam", caller("token", "t1"));
        assertEquals("ada", session.grant().rights().userId());
        String id = hook.queries.take().get("session_id");
        assertEquals(session.grant().id(), id);
        guard.watch().look();
        assertEquals(0, hook.queries.size());

        clock.pass(Duration.ofSeconds(60));
        guard.watch().look();
        Map<String, String> again = hook.queries.take();
        assertEquals("update_session", again.get("request_type"));
        assertEquals("1", again.get("request_number"));
        assertEquals(id, again.get("session_id"));
        assertEquals("60", again.get("duration"));
        assertTrue(runs(session));

        hook.answer(OtherServer.status(403));
        clock.pass(Duration.ofSeconds(60));
        guard.watch().look();
        assertEquals(SessionEnd.ACCESS_ENDED, end(session));
        assertEquals("denied", refusal(Role.PLAY, "cam", caller("token", "t1")));
        assertEquals(1, sessionsEnded());
    }

    private long sessionsEnded() {
        return admission.counters().get("ended.access_ended");
    }

    @Test
    void shouldAskAnewAtOnceWhenToldTo() throws Exception {
        config("auth { on_publish = \"" + hook.uri() + "\" }\nstreams { cam { input = \"publish://\" } }");
        ClientSession session = open(Role.PUBLISH, "cam", caller());
        assertTrue(admission.recheck(session));
        assertEquals(2, hook.queries.size());
        hook.answer(OtherServer.status(403));
        admission.recheckAll();
        guard.watch().look();
        assertTrue(runs(session), "the hook's word still holds");
        assertFalse(admission.recheck(session));
        assertEquals(SessionEnd.ACCESS_ENDED, end(session));
    }

    @Test
    void shouldRefuseWhileTheHookIsDownAndKeepWhoRunsOnlyWhenTold() throws Exception {
        String streams = "streams { cam { input = \"publish://\" } }";
        config("auth { on_play = \"" + hook.uri() + "\", on_failure = keep }\n" + streams);
        ClientSession session = open(Role.PLAY, "cam", caller("token", "t1"));
        hook.answer(OtherServer.status(500));
        assertEquals("access_unknown", refusal(Role.PLAY, "cam", caller("token", "t2")));
        clock.pass(Duration.ofSeconds(180));
        guard.watch().look();
        assertTrue(runs(session));
        hook.queries.clear();
        guard.watch().look();
        assertEquals(0, hook.queries.size(), "asked again in a while, not at every look");
        clock.pass(Duration.ofSeconds(10));
        guard.watch().look();
        assertEquals(1, hook.queries.size());
        assertTrue(runs(session));

        config("auth { on_play = \"" + hook.uri() + "\" }\n" + streams);
        clock.pass(Duration.ofSeconds(10));
        guard.watch().look();
        assertEquals(SessionEnd.ACCESS_ENDED, end(session));
    }

    @Test
    void shouldSendElsewhereWhereTheHookSaysSo() throws Exception {
        config("auth { on_play = \"" + hook.uri() + "\" }\nstreams { cam { input = \"publish://\" } }");
        hook.answer(OtherServer.status(302, "Location", "https://edge.example/cam/whep"));
        AccessRefusedException moved =
                assertThrows(AccessRefusedException.class, () -> admission.admit(Role.PLAY, "cam", caller(), null));
        assertEquals(307, moved.problem().status());
        assertEquals("https://edge.example/cam/whep", moved.problem().location());
        assertEquals(
                Map.of("type", "reconnect", "url", "https://edge.example/cam/whep"),
                moved.problem().socketMessage());
    }

    @Test
    void shouldLetAStreamHaveItsOwnHookOrNone() throws Exception {
        config("auth { on_play = \"http://127.0.0.1:1/\" }\nstreams {\n"
                + "cam { input = \"publish://\", on_play = \"" + hook.uri() + "\" }\n"
                + "free { input = \"publish://\", on_play = \"\" }\n"
                + "else { input = \"publish://\" } }");
        admission.check(Role.PLAY, "cam", caller());
        assertEquals(1, hook.queries.size());
        admission.check(Role.PLAY, "free", caller());
        assertEquals("access_unknown", refusal(Role.PLAY, "else", caller()));
        admission.check(Role.PUBLISH, "else", caller());
    }

    @Test
    void shouldWantTheHookBesidesTheToken() throws Exception {
        config("auth { jwt { secret = \"" + SECRET + "\" }, on_play = \"" + hook.uri()
                + "\" }\nstreams { cam { input = \"publish://\" } }");
        assertEquals("token", refusal(Role.PLAY, "cam", caller("token", "a.b.c")));
        assertEquals(0, hook.queries.size(), "nobody is asked about who showed nothing");
        hook.answer(OtherServer.status(200, "X-AuthDuration", "1000", "X-Max-Sessions", "5", "X-UserId", "hooked"));
        Rights rights = admission
                .admit(
                        Role.PLAY,
                        "cam",
                        token("play", "cam", "sub", "ada", "max_sessions", 3, "exp", clock.seconds() + 70),
                        null)
                .rights();
        assertEquals("hooked", rights.userId());
        assertEquals(3, rights.maxSessions());
        assertEquals(clock.instant().plusSeconds(100), rights.until());
    }

    @Test
    void shouldEndWhoTheNewConfigurationNoLongerAllows() throws Exception {
        config("streams { a { input = \"publish://\", play_password = one }, b { input = \"publish://\" } }");
        ClientSession a = open(Role.PLAY, "a", caller("password", "one"));
        ClientSession b = open(Role.PLAY, "b", caller());
        admission.recheckAll();
        guard.watch().look();
        assertTrue(runs(a) && runs(b));
        config("streams { a { input = \"publish://\", play_password = two }, b { input = \"publish://\" } }");
        admission.recheckAll();
        guard.watch().look();
        assertEquals(SessionEnd.ACCESS_ENDED, end(a));
        assertTrue(runs(b));
        config("streams { a { input = \"publish://\" } }");
        admission.recheckAll();
        guard.watch().look();
        assertEquals(SessionEnd.ACCESS_ENDED, end(b));
    }

    @Test
    void shouldCountSessionsOfUsersAndStreams() throws Exception {
        config("auth { jwt { secret = \"" + SECRET + "\" } }\n"
                + "streams { \"*\" { input = \"publish://\", max_sessions = 3 } }");
        Caller ada = token("play", "*", "sub", "ada", "max_sessions", 2);
        ClientSession first = open(Role.PLAY, "cam", ada);
        open(Role.PLAY, "other", ada);
        assertEquals("too_many_of_user", refusal(Role.PLAY, "cam", ada));
        open(Role.PLAY, "cam", token("play", "*", "sub", "bob"));
        open(Role.PLAY, "cam", token("play", "*"));
        assertEquals("too_many_of_stream", refusal(Role.PLAY, "cam", token("play", "*")));
        admission.admit(Role.PUBLISH, "cam", token("publish", "*"), null);

        first.media().close();
        end(first);
        Grant grant = awaitPlace(ada);
        assertEquals("too_many_of_user", refusal(Role.PLAY, "cam", ada));
        grant.close();
        grant.close();
        admission.admit(Role.PLAY, "cam", ada, null).close();
        assertThrows(
                SessionRefusedException.class,
                () -> admission.open(admission.admit(Role.PLAY, "cam", ada, null), () -> {
                    throw new SessionRefusedException(Refusal.NOT_LIVE, "not live");
                }));
        admission.admit(Role.PLAY, "cam", ada, null);
        assertTrue(refusals.contains("PLAY cam not_live"));
    }

    /** The end of a session comes on a thread of its own. */
    private Grant awaitPlace(Caller caller) throws Exception {
        while (true) {
            try {
                return admission.admit(Role.PLAY, "cam", caller, null);
            } catch (AccessRefusedException e) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void shouldLetAUsersPublisherReturnWhileItsFormerSessionLingers() throws Exception {
        config("auth { jwt { secret = \"" + SECRET + "\" } }\nstreams { \"*\" { input = \"publish://\" } }");
        Caller ada = token("publish", "*", "sub", "ada", "max_sessions", 1);
        open(Role.PUBLISH, "cam", ada);
        open(Role.PUBLISH, "cam", ada);
        assertEquals("too_many_of_user", refusal(Role.PUBLISH, "other", ada));
    }

    @Test
    void shouldRenewAGrantThatEndedBeforeItsSessionBegan() throws Exception {
        config("auth { jwt { secret = \"" + SECRET + "\" }, on_play = \"" + hook.uri()
                + "\" }\nstreams { cam { input = \"publish://\" } }");
        Caller ada = token("play", "cam", "exp", clock.seconds() + 300);
        Grant grant = admission.admit(Role.PLAY, "cam", ada, null);
        assertSame(grant, admission.renewed(grant));
        clock.pass(Duration.ofSeconds(180));
        Grant next = admission.renewed(grant);
        assertNotSame(grant, next);
        clock.pass(Duration.ofSeconds(180));
        assertThrows(AccessRefusedException.class, () -> admission.renewed(next));
    }

    /** Between its admission and its beginning the configuration may change. */
    @Test
    void shouldDecideAgainWhatWasDecidedByAnotherConfiguration() throws Exception {
        config("streams { cam { input = \"publish://\" } }");
        Grant waiting = admission.admit(Role.PLAY, "cam", caller(), null);
        config("streams { cam { input = \"publish://\", play_password = open } }");
        admission.recheckAll();
        ClientSession late = new ClientSession(
                new FakeSession("late", "cam", false), Role.PLAY, "whep", caller(), clock.instant(), waiting);
        sessions.add(late);
        guard.watch().look();
        assertEquals(SessionEnd.ACCESS_ENDED, end(late));
        assertThrows(AccessRefusedException.class, () -> admission.renewed(waiting));
    }

    @Test
    void shouldEndAPublisherThatGoesOnSendingTooMuch() throws Exception {
        config(
                "streams { cam { input = \"publish://\", max_publish_bitrate = 800 }, free { input = \"publish://\" } }");
        ClientSession burst = open(Role.PUBLISH, "cam", caller());
        ClientSession free = open(Role.PUBLISH, "free", caller());
        guard.watch().look();
        // 1 MB at once, then silence: 1.6 Mbit/s in five seconds, nothing afterwards.
        for (int second = 0; second < 10; second++) {
            ((FakeSession) burst.media()).bytes.addAndGet(100_000);
            ((FakeSession) free.media()).bytes.addAndGet(10_000_000);
            clock.pass(Duration.ofSeconds(1));
            guard.watch().look();
        }
        assertTrue(runs(burst), "100,000 bytes a second are 800 kbit/s");
        for (int second = 0; second < 5; second++) {
            ((FakeSession) burst.media()).bytes.addAndGet(101_000);
            clock.pass(Duration.ofSeconds(1));
            guard.watch().look();
        }
        assertEquals(SessionEnd.BITRATE_EXCEEDED, end(burst));
        assertTrue(runs(free));
        assertEquals(1, admission.counters().get("ended.bitrate_exceeded"));
    }

    @Test
    void shouldRefuseAtOnceOnlyWhatNeedsNoWaiting() throws Exception {
        config("auth { jwt { jwks = \"" + hook.uri() + "\" } }\nstreams { cam { input = \"publish://\" } }");
        assertEquals("token", admission.checkAtOnce(Role.PLAY, "cam", caller()).code());
        assertEquals(
                "token",
                admission.checkAtOnce(Role.PLAY, "cam", caller("token", "no")).code());
        assertEquals(
                "stream_not_found",
                admission.checkAtOnce(Role.PLAY, "no", caller()).code());
        assertNull(admission.checkAtOnce(Role.PLAY, "cam", token("play", "cam")));
        assertEquals(0, hook.queries.size());
        assertEquals("access_unknown", refusal(Role.PLAY, "cam", token("play", "cam")));
    }
}
