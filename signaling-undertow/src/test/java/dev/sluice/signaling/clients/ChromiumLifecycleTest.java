package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What players and publishers in a real Chromium see when others come, go and come back. */
@ResourceLock("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChromiumLifecycleTest {
    private Chromium chromium;
    private RunningServer server;

    @BeforeAll
    void startBrowser() {
        chromium = Chromium.start();
    }

    @AfterAll
    void stopBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void startServer() throws Exception {
        server = RunningServer.start();
        chromium.open(server.url() + "/-/health");
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void shouldShowLateComersThePictureForOneKeyFrameAtMost() {
        chromium.run("wsPublish('pub', '/s')");
        chromium.run("wsPlay('early', '/s')");
        chromium.run("plays('early', { frames: 30, audio: 30 })");
        long before = keyFramesAsked();
        chromium.run("Promise.all([...Array(10).keys()].map((i) => wsPlay('late' + i, '/s')))");
        chromium.run("Promise.all([...Array(10).keys()].map((i) => plays('late' + i, { frames: 30, audio: 30 })))");
        assertTrue(keyFramesAsked() <= before + 1);
    }

    private long keyFramesAsked() {
        return server.engine().counters().get("key_frame_requests_sent");
    }

    @Test
    void shouldShowTheNewPublishersCodecWithoutANewSession() {
        chromium.run("wsPublish('first', '/s', { codec: 'video/VP8' })");
        chromium.run("wsPlay('player', '/s')");
        chromium.run("plays('player')");
        chromium.run("wsPublish('second', '/s', { codec: 'video/VP9' })");
        chromium.run("waitFor('VP9', async () => (await received('player')).codecs.includes('video/VP9'))");
        chromium.run("plays('player', { frames: 40, audio: 40 })");
        assertEquals(1, server.engine().stream("s").orElseThrow().players());
    }

    @Test
    void shouldShowAPictureThatAnotherPublisherAdds() {
        chromium.run("wsPublish('first', '/s', { constraints: { audio: true } })");
        chromium.run("wsPlay('player', '/s')");
        chromium.run("plays('player', { frames: 0, audio: 20 })");
        chromium.run("wsPublish('second', '/s')");
        chromium.run("plays('player', { frames: 40, audio: 40 })");
    }

    @Test
    void shouldLetTenPlayersInOnePagePlay() {
        chromium.run("wsPublish('pub', '/s')");
        chromium.run("Promise.all([...Array(10).keys()].map((i) => "
                + "i % 2 ? wsPlay('p' + i, '/s') : whepPlay('p' + i, '/s')))");
        chromium.run("Promise.all([...Array(10).keys()].map((i) => plays('p' + i, { frames: 10, audio: 10 })))");
        assertEquals(10, server.engine().stream("s").orElseThrow().players());
    }

    @Test
    void shouldKeepPlayersThroughARepublish() {
        chromium.run("wsPublish('first', '/s')");
        chromium.run("wsPlay('ws', '/s')");
        chromium.run("whepPlay('whep', '/s')");
        chromium.run("plays('ws')");
        chromium.run("(stop('first'), 0)");
        chromium.run("wsPublish('second', '/s')");
        chromium.run("plays('ws')");
        chromium.run("plays('whep')");
    }

    @Test
    void shouldHandTheStreamToASecondPublisherAndTellTheFirst() {
        chromium.run("wsPublish('first', '/s')");
        chromium.run("wsPlay('player', '/s')");
        chromium.run("plays('player')");
        chromium.run("whipPublish('second', '/s')");
        Map<String, Object> close = chromium.run("closed('first')");
        assertEquals(4411L, close.get("code"));
        chromium.run("plays('player', { frames: 40, audio: 40 })");
    }

    @Test
    void shouldTellPlayersThatTheStreamHasEnded() {
        chromium.run("wsPublish('pub', '/s')");
        chromium.run("wsPlay('player', '/s')");
        chromium.run("plays('player')");
        chromium.run("(stop('pub'), 0)");
        Map<String, Object> close = chromium.run("closed('player')");
        assertEquals(4410L, close.get("code"));
        assertTrue(server.engine().streams().isEmpty());
    }

    @Test
    void shouldEndTheMediaWithItsWebSocket() {
        chromium.run("wsPublish('pub', '/s')");
        chromium.run("wsPlay('player', '/s')");
        chromium.run("plays('player')");
        // The older player library closes its WebSocket and forgets its PeerConnection.
        chromium.run("(sessions.player.ws.close(), 0)");
        chromium.run("waitFor('the player to be gone', async () => "
                + "(await (await fetch('/-/streams')).json()).streams[0].players === 0)");
    }

    @Test
    void shouldGoOnThroughAnIceRestartOfAPublisher() {
        chromium.run("wsPublish('pub', '/s')");
        chromium.run("wsPlay('player', '/s')");
        chromium.run("plays('player')");
        chromium.run("""
                (async () => {
                  const { pc, ws } = sessions.pub;
                  const before = pc.remoteDescription.sdp.match(/a=ice-ufrag:(.*)/)[1];
                  await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
                  ws.send(JSON.stringify(pc.localDescription));
                  await waitFor('a new ufrag', () => pc.remoteDescription.sdp.match(/a=ice-ufrag:(.*)/)[1] !== before);
                  await waitFor('ICE', () => pc.iceConnectionState === 'connected');
                })()""");
        chromium.run("plays('player')");
    }

    @Test
    void shouldGoOnThroughAnIceRestartByPatch() {
        chromium.run("whipPublish('pub', '/s')");
        chromium.run("whepPlay('player', '/s')");
        chromium.run("plays('player')");
        for (String name : new String[] {"pub", "player"}) {
            chromium.run("iceRestartByPatch('" + name + "')");
            chromium.run("plays('player')");
        }
    }

    @Test
    void shouldTakeTrickledAndUntrickledOffers() {
        chromium.run("whipPublish('pub', '/s', { trickle: true })");
        chromium.run("whepPlay('trickle', '/s', { trickle: true })");
        chromium.run("whepPlay('whole', '/s', { trickle: false })");
        chromium.run("plays('trickle')");
        chromium.run("plays('whole')");
    }

    @Test
    void shouldEndASessionOnDelete() {
        chromium.run("whipPublish('pub', '/s')");
        chromium.run("whepPlay('player', '/s')");
        chromium.run("plays('player')");
        chromium.run("fetch(sessions.player.resource, { method: 'DELETE' }).then((r) => "
                + "{ if (r.status !== 200) throw new Error(r.status); })");
        chromium.run("waitFor('the player to be gone', async () => "
                + "(await (await fetch('/-/streams')).json()).streams[0].players === 0)");
    }

    @Test
    void shouldKeepMutedPublishersAlive() {
        chromium.run("wsPublish('pub', '/s')");
        chromium.run("wsPlay('player', '/s')");
        chromium.run("(sessions.pub.stream.getTracks().forEach((t) => t.enabled = false), 0)");
        chromium.run("plays('player', { frames: 20, audio: 20 })");
    }

    @Test
    void shouldHearOfStallsFromPlayersThatStopAndPagesThatAreLeft() {
        chromium.run("wsPublish('pub', '/s')");
        chromium.run("""
                (async () => {
                  const { Player } = await import('/sluice.mjs');
                  window.freezes = 0;
                  RTCPeerConnection.prototype.getStats = async () =>
                    new Map([['v', { type: 'inbound-rtp', kind: 'video', freezeCount: window.freezes, totalFreezesDuration: 0.1 }]]);
                  const play = (transport) => {
                    const element = document.body.appendChild(document.createElement('video'));
                    element.muted = true;
                    return new Player(element, location.origin + '/s', { transport, autoplay: true });
                  };
                  const players = ['websocket', 'http', 'websocket', 'http'].map(play);
                  await waitFor('pictures', () => players.every((player) => player.status === 'playing'));
                  window.freezes = 1;
                  players[0].stop();
                  players[1].stop();
                  await waitFor('figures', () => players.slice(2).every((player) => player._attempt.seen.stall_count === 1));
                })()""");
        awaitStalls(2);
        chromium.open(server.url() + "/-/health");
        awaitStalls(4);
    }

    private void awaitStalls(int count) {
        chromium.run("waitFor('stalls', async () => "
                + "(await (await fetch('/-/metrics')).text()).includes('sluice_player_stalls_total " + count + ".0'))");
    }
}
