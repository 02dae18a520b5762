package dev.sluice.signaling.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.signaling.OtherServer;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Caller;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is let in. */
class AdmissionTest extends AdmissionSetting {
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
    void shouldSendElsewhereWhereTheHookSaysSo() throws Exception {
        config("auth { on_play = \"" + hook.uri() + "\" }\nstreams { cam { input = \"publish://\" } }");
        hook.answer(OtherServer.status(302, "Location", "https://edge.example/cam/whep"));
        AccessRefusedException moved =
                assertThrows(AccessRefusedException.class, () -> admission.admit(Role.PLAY, "cam", caller(), null));
        assertEquals(307, moved.problem().status());
        assertEquals("https://edge.example/cam/whep", moved.problem().location());
        assertEquals(
                Map.of("type", "reconnect", "url", "https://edge.example/cam/whep", "config", Map.of()),
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
