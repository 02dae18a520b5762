package dev.sluice.signaling.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.FakeSession;
import dev.sluice.signaling.OtherServer;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.jwt.Signer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rights that end before their session does. */
class RightsEndTest extends AdmissionSetting {
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
    void shouldTellAHookOfOneSessionWhenItsPlayerLookedFirst() throws Exception {
        config("auth { on_play = \"" + hook.uri() + "\" }\nstreams { cam { input = \"publish://\" } }");
        admission.look("cam", caller("token", "t1"));
        admission.look("cam", caller("token", "t1"));
        String id = hook.queries.take().get("session_id");
        open(Role.PLAY, "cam", caller("token", "t1"));
        open(Role.PLAY, "cam", caller("token", "t2"));
        assertNotEquals(id, hook.queries.take().get("session_id"), "of somebody else");
        clock.pass(Duration.ofSeconds(180));
        guard.watch().look();
        List<Map<String, String>> updates = List.of(hook.queries.take(), hook.queries.take());
        assertEquals(0, hook.queries.size());
        Map<String, String> again = updates.get(updates.get(0).get("token").equals("t1") ? 0 : 1);
        assertEquals(id, again.get("session_id"));
        assertEquals("update_session", again.get("request_type"));
        assertEquals("1", again.get("request_number"));
    }

    @Test
    void shouldTellOfOneRefusalWhenItsPlayerLookedFirst() throws Exception {
        config("auth { on_play = \"" + hook.uri() + "\" }\nstreams { cam { input = \"publish://\" } }");
        hook.answer(OtherServer.status(403));
        assertThrows(AccessRefusedException.class, () -> admission.look("cam", caller("token", "t1")));
        assertEquals("stream_not_found", admission.lookAtOnce("no", caller()).code());
        assertEquals("denied", refusal(Role.PLAY, "cam", caller("token", "t1")));
        assertEquals(List.of("PLAY cam denied"), refusals);
        assertEquals(1, admission.counters().get("refused.denied"));
        assertEquals(1, admission.counters().get("refused.media_info"));
        assertEquals("denied", refusal(Role.PLAY, "cam", caller("token", "t1")));
        assertEquals(List.of("PLAY cam denied", "PLAY cam denied"), refusals, "one look, one join");
    }

    @Test
    void shouldTellOfWhoGuessesByLooking() throws Exception {
        config("streams { cam { input = \"publish://\", play_password = open } }");
        for (String guess : List.of("a", "b", "b")) {
            assertEquals(
                    "password",
                    admission.lookAtOnce("cam", caller("password", guess)).code());
        }
        assertEquals(List.of("PLAY cam password", "PLAY cam password", "PLAY cam password"), refusals);
        assertEquals(3, admission.counters().get("refused.password"));
        clock.pass(Duration.ofMinutes(1));
        assertEquals("password", refusal(Role.PLAY, "cam", caller("password", "b")));
        assertEquals(4, refusals.size(), "it is long ago");
    }

    @Test
    void shouldAskAnewAtTheNextLookWhenToldTo() throws Exception {
        config("auth { on_publish = \"" + hook.uri() + "\" }\nstreams { \"*\" { input = \"publish://\" } }");
        ClientSession session = open(Role.PUBLISH, "cam", caller());
        open(Role.PUBLISH, "other", caller());
        assertEquals(1, admission.askAnew("cam"));
        assertEquals(2, hook.queries.size(), "who wants it does not wait for the hook");
        guard.watch().look();
        assertEquals(3, hook.queries.size());
        assertTrue(runs(session));
        guard.watch().look();
        assertEquals(3, hook.queries.size());
        hook.answer(OtherServer.status(403));
        admission.recheckAll();
        guard.watch().look();
        assertTrue(runs(session), "the hook's word still holds");
        assertEquals(2, admission.askAnew(null));
        guard.watch().look();
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
    void shouldAskAnewStillWhenThatCouldNotBeDecidedAtFirst() throws Exception {
        Signer rsa = Signer.rsa("r1");
        OtherServer keys = new OtherServer(OtherServer.body(Signer.jwks(rsa)));
        try (keys) {
            String auth = "auth { on_failure = keep, on_play = \"" + hook.uri() + "\", jwt { jwks = \"";
            String streams = "\" } }\nstreams { cam { input = \"publish://\" } }";
            config(auth + keys.uri() + streams);
            ClientSession session = open(Role.PLAY, "cam", caller("token", rsa.token("play", "cam")));
            hook.answer(OtherServer.status(403));
            keys.answer(OtherServer.status(500));
            config(auth + keys.uri().resolve("/elsewhere") + streams);
            admission.askAnew(null);
            guard.watch().look();
            assertTrue(runs(session));
            keys.answer(OtherServer.body(Signer.jwks(rsa)));
            clock.pass(Duration.ofSeconds(30));
            guard.watch().look();
            assertEquals(SessionEnd.ACCESS_ENDED, end(session), "the hook's word of before does not count");
        }
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
        assertEquals(SessionEnd.OPERATOR, end(b), "it is the stream that is gone");
    }

    @Test
    void shouldKeepTheKeysOfAUrlWhenAnotherSettingOfTokensChangesWhileItsServerIsDown() throws Exception {
        Signer rsa = Signer.rsa("r1");
        hook.answer(OtherServer.body(Signer.jwks(rsa)));
        String jwks = "auth { jwt { jwks = \"" + hook.uri() + "\"";
        String streams = "streams { cam { input = \"publish://\" } }";
        config(jwks + " } }\n" + streams);
        Caller ada = caller("token", rsa.token("play", "cam", "aud", "sluice"));
        ClientSession session = open(Role.PLAY, "cam", ada);
        hook.answer(OtherServer.status(500));
        config(jwks + ", audience = sluice } }\n" + streams);
        admission.recheckAll();
        guard.watch().look();
        assertTrue(runs(session));
        admission.check(Role.PLAY, "cam", ada);
        config(jwks + ", audience = other } }\n" + streams);
        admission.recheckAll();
        guard.watch().look();
        assertEquals(SessionEnd.ACCESS_ENDED, end(session));
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
        for (int second = 0; second < 10; second++) {
            send(burst, 200);
            send(free, 20_000);
            clock.pass(Duration.ofSeconds(1));
            guard.watch().look();
        }
        assertTrue(runs(burst), "100,000 bytes a second are 800 kbit/s");
        for (int second = 0; second < 5; second++) {
            send(burst, 202);
            clock.pass(Duration.ofSeconds(1));
            guard.watch().look();
        }
        assertEquals(SessionEnd.BITRATE_EXCEEDED, end(burst));
        assertTrue(runs(free));
        assertEquals(1, admission.counters().get("ended.bitrate_exceeded"));
    }

    /** Packets of 500 bytes. */
    private static void send(ClientSession session, long packets) {
        FakeSession media = (FakeSession) session.media();
        media.stats = FakeSession.stats(media.stats.packets() + packets, 0);
    }
}
