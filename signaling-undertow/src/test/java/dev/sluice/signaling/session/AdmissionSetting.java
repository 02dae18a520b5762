package dev.sluice.signaling.session;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.FakeSession;
import dev.sluice.signaling.OtherServer;
import dev.sluice.signaling.TestClock;
import dev.sluice.signaling.access.AccessControl;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.AccessRefusedException;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
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
import org.junit.jupiter.api.io.TempDir;

/** A door with a clock, a hook and a configuration that a test sets. Confined to one test. */
abstract class AdmissionSetting {
    static final String SECRET = "a secret of more than thirty-two bytes";
    static final Signer SIGNER = Signer.secret(SECRET);

    @TempDir
    Path folder;

    final TestClock clock = new TestClock();
    final SessionDirectory sessions = new SessionDirectory();
    final AtomicInteger ids = new AtomicInteger();
    final List<String> refusals = new ArrayList<>();
    OtherServer hook;
    volatile AccessConfig config;
    final OutboundHttp http = new OutboundHttp((address, port) -> false, Duration.ofSeconds(30));
    AccessGuard guard;
    Admission admission;

    @BeforeEach
    void start() throws Exception {
        hook = new OtherServer(OtherServer.status(200));
        guard = new AccessGuard(() -> config, new AccessControl(() -> config), sessions, http, clock, Runnable::run);
        admission = guard.admission();
        sessions.addListener(new SessionDirectory.Listener() {
            @Override
            public void onOpened(ClientSession session) {}

            @Override
            public void onEnded(ClientSession session, SessionEnd end) {}

            @Override
            public void onRefused(Role role, String stream, Caller caller, Problem problem) {
                refusals.add(role + " " + stream + " " + problem.code());
            }
        });
    }

    @AfterEach
    void close() {
        guard.close();
        http.close();
        hook.close();
    }

    void config(String text) throws Exception {
        config = ConfigFile.read(Files.writeString(folder.resolve("sluice.conf"), text))
                .access();
    }

    static Caller caller(String... query) throws Exception {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < query.length; i += 2) {
            parameters.put(query[i], query[i + 1]);
        }
        return new Caller(InetAddress.getByName("192.0.2.7"), "http", "sluice", null, "agent", "", parameters, null);
    }

    Caller token(Object... claims) throws Exception {
        return caller("token", SIGNER.token(claims));
    }

    String refusal(Role role, String stream, Caller caller) {
        return assertThrows(AccessRefusedException.class, () -> admission.admit(role, stream, caller, null))
                .problem()
                .code();
    }

    /** A session of somebody who is let in. */
    ClientSession open(Role role, String stream, Caller caller) throws Exception {
        Grant grant = admission.admit(role, stream, caller, null);
        FakeSession media = new FakeSession("session-" + ids.incrementAndGet(), stream, role == Role.PUBLISH);
        admission.open(grant, () -> media);
        ClientSession session = new ClientSession(media, role, "websocket", caller, clock.instant(), grant);
        sessions.add(session);
        return session;
    }

    static SessionEnd end(ClientSession session) throws Exception {
        return ((FakeSession) session.media()).end.get(5, TimeUnit.SECONDS);
    }

    static boolean runs(ClientSession session) {
        return !((FakeSession) session.media()).end.isDone();
    }
}
