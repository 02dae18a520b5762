package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.stun.StunTestClient;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How peers come up, are guarded and end, in virtual time. */
class PeerLifecycleTest {
    private static final RemoteAddress ELSEWHERE = new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_00ff), 9, 0);

    private final Network network = new Network();

    @Test
    void shouldEndAPeerThatNoCheckReachesWithinTenSeconds() {
        RemotePeer player = network.addPlayer();
        player.peer.onRemote(List.of(), network.nowNs, network.sink);
        network.pass(9_990);
        assertFalse(player.peer.isEnded());
        network.pass(20);
        assertEquals(PeerEnd.ICE_TIMEOUT, network.sink.ended.get(player.peer));
    }

    @Test
    void shouldCountTheTimeForChecksFromTheAnswer() {
        RemotePeer player = network.addPlayer();
        network.pass(9_000);
        player.peer.onRemote(List.of(), network.nowNs, network.sink);
        network.pass(9_000);
        assertFalse(player.peer.isEnded());
        player.connect(network.nowNs);
    }

    @Test
    void shouldSendNothingOnceConsentHasExpired() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        publisher.sendRtp(Network.opus(1, 960), network.nowNs);
        network.pass(29_000, publisher);
        int before = player.rtcp.size();
        network.pass(900, publisher);
        int lastReports = player.rtcp.size() - before;
        network.pass(300, publisher);
        assertEquals(PeerEnd.CONSENT_EXPIRED, network.sink.ended.get(player.peer));
        assertTrue(player.rtcp.size() - before - lastReports <= 1);
        assertFalse(player.rtcpKinds.contains(dev.sluice.engine.rtcp.RtcpReader.BYE));
    }

    @Test
    void shouldGiveTheHandshakeTenSecondsMore() {
        RemotePeer player = network.addPlayer();
        player.peer.onRemote(List.of(), network.nowNs, network.sink);
        network.pass(5_000);
        player.check(network.nowNs);
        network.pass(9_900, player);
        assertFalse(player.peer.isEnded());
        network.pass(200);
        assertEquals(PeerEnd.DTLS_FAILED, network.sink.ended.get(player.peer));
    }

    @Test
    void shouldNotCountTheHandshakesWaitForItsTurn() {
        RemotePeer player = network.addPlayer();
        player.peer.onRemote(List.of(), network.nowNs, network.sink);
        player.check(network.nowNs);
        player.dtls.waitedNs = 7_000_000_000L;
        assertEquals(0, player.send(new byte[] {22, 1, 2}, network.nowNs));
        network.pass(16_900, player);
        assertFalse(player.peer.isConnected());
        assertFalse(player.peer.isEnded());
        network.pass(200);
        assertEquals(PeerEnd.DTLS_FAILED, network.sink.ended.get(player.peer));
    }

    @Test
    void shouldEndAPeerWhoseConsentExpires() {
        RemotePeer player = network.player();
        network.pass(29_900);
        assertFalse(player.peer.isEnded());
        network.pass(200);
        assertEquals(PeerEnd.CONSENT_EXPIRED, network.sink.ended.get(player.peer));
    }

    @Test
    void shouldEndOnCloseNotify() {
        RemotePeer player = network.player();
        player.dtls.closeByRemote();
        player.peer.onDtlsProgress(network.nowNs, network.sink);
        assertEquals(PeerEnd.DTLS_CLOSED, network.sink.ended.get(player.peer));
    }

    @Test
    void shouldTellThatAPublisherFellSilentAndCameBack() {
        RemotePeer publisher = network.publisher();
        publisher.sendRtp(Network.opus(1, 960), network.nowNs);
        network.pass(4_900, publisher);
        assertTrue(network.sink.silences.isEmpty());
        network.pass(1_200, publisher);
        assertEquals(List.of(true), network.sink.silences);
        publisher.sendRtp(Network.opus(2, 1_920), network.nowNs);
        assertEquals(List.of(true, false), network.sink.silences);
    }

    @Test
    void shouldKeepAnEarlyHelloUntilTheAnswerIsHere() {
        RemotePeer player = network.addPlayer();
        assertEquals(0, player.check(network.nowNs));
        assertEquals(0, player.send(new byte[] {22, 1, 2}, network.nowNs));
        assertFalse(player.peer.isConnected());
        player.peer.onRemote(List.of(), network.nowNs, network.sink);
        player.peer.onDtlsProgress(network.nowNs, network.sink);
        assertTrue(player.peer.isConnected());
    }

    @Test
    void shouldBoundEarlyHellos() {
        RemotePeer player = network.addPlayer();
        player.check(network.nowNs);
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            refused += player.send(new byte[] {22, 1, 2}, network.nowNs) < 0 ? 1 : 0;
        }
        assertEquals(84, refused);
    }

    @Test
    void shouldSpeakNoDtlsBeforeAValidPair() {
        RemotePeer player = network.addPlayer();
        player.peer.onRemote(List.of(), network.nowNs, network.sink);
        assertEquals(DropReason.NOT_A_VALID_PAIR.code(), player.send(new byte[] {22, 1, 2}, ELSEWHERE, network.nowNs));
        assertNull(player.peer.destination());
    }

    @Test
    void shouldNotMoveMediaToAnAddressThatOnlySendsMedia() {
        RemotePeer publisher = network.publisher();
        RemoteAddress before = publisher.peer.destination();
        publisher.send(publisher.protectRtp(Network.opus(1, 960)), ELSEWHERE, network.nowNs);
        assertEquals(before, publisher.peer.destination());
    }

    @Test
    void shouldMoveMediaToANewlyNominatedAddress() {
        RemotePeer player = network.player();
        assertEquals(0, player.send(player.stun().nominate(), ELSEWHERE, network.nowNs));
        assertEquals(ELSEWHERE, player.peer.destination());
    }

    @Test
    void shouldSurviveAMillionBadPackets() {
        RemotePeer publisher = network.publisher();
        byte[] good = publisher.protectRtp(Network.opus(1, 960));
        byte[] bad = good.clone();
        Random random = new Random(5);
        for (int i = 0; i < 1_000_000; i++) {
            bad[12 + random.nextInt(bad.length - 12)] ^= (byte) (1 + random.nextInt(255));
            if (java.util.Arrays.equals(bad, good)) {
                continue;
            }
            assertTrue(publisher.send(bad, network.nowNs) < 0);
        }
        assertEquals(0, publisher.send(good, network.nowNs));
        assertEquals(DropReason.SRTP_REPLAYED.code(), publisher.send(good, network.nowNs));
    }

    @Test
    void shouldRefuseRtpFromAPlayer() {
        RemotePeer player = network.player();
        assertEquals(DropReason.RTP_FROM_PLAYER.code(), player.sendRtp(Network.opus(1, 960), network.nowNs));
    }

    @Test
    void shouldRefuseAnSsrcFlood() {
        RemotePeer publisher = network.publisher();
        publisher.sendRtp(Network.opus(1, 960), network.nowNs);
        // As many as the SRTP context takes; more it refuses itself.
        for (int ssrc = 1_000; ssrc < 1_030; ssrc++) {
            assertTrue(publisher.sendRtp(Network.rtp(111, 1, 1, ssrc, false, (byte) 1), network.nowNs) < 0);
        }
        assertEquals(0, publisher.sendRtp(Network.opus(2, 1_920), network.nowNs));
    }

    @Test
    void shouldNotCrossTracksThatUseOneSsrc() {
        RemotePeer publisher = network.publisher();
        assertEquals(0, publisher.sendRtp(Network.opus(1, 960), network.nowNs));
        byte[] crossed = Network.rtp(96, 2, 960, Network.AUDIO_SSRC, false, (byte) 0x10, (byte) 0x10);
        assertEquals(DropReason.RTP_UNKNOWN_PAYLOAD_TYPE.code(), publisher.sendRtp(crossed, network.nowNs));
    }

    @Test
    void shouldAnswerBothGenerationsUntilARestartIsFollowed() {
        RemotePeer player = network.player();
        IceCredentials next = IceCredentials.generate(new Random(99));
        player.peer.restartIce(next, network.nowNs, network.sink);
        assertEquals(0, player.check(network.nowNs));

        StunTestClient restarted = new StunTestClient(next.ufrag(), next.password(), "remote2");
        assertEquals(0, player.send(restarted.nominate(), ELSEWHERE, network.nowNs));
        assertEquals(ELSEWHERE, player.peer.destination());
        assertTrue(player.check(network.nowNs) < 0, "the old credentials are dead");
        assertTrue(player.peer.isConnected());
    }

    @Test
    void shouldLetGoOfEveryLogWhenAllAreGone() {
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        network.pass(10);
        publisher.sendRtp(Network.opus(1, 960), network.nowNs);
        network.pass(10);
        PublishedTrack track = publisher.peer.publisher().publication().audio();
        publisher.peer.requestClose();
        network.pass(20);
        assertTrue(track.log().tryRetain(), "the player still reads");
        track.log().release();
        player.peer.requestClose();
        network.pass(20);
        assertFalse(track.log().tryRetain());
    }
}
