package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.dtls.DtlsTestClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A publisher takes a stream over and sends other tracks than the one before, on a running engine. */
class RenegotiationTest {
    private static final int H264_TYPE = 102;
    /** A sequence parameter set: a key frame begins with it (RFC 6184 section 5.6). */
    private static final byte[] SPS = {0x67, 0x42, (byte) 0xe0, 0x1f, (byte) 0xda, 1, 2, 3};

    private final EngineLab lab = EngineLab.start(2, Duration.ofSeconds(10));

    @AfterEach
    void stop() {
        lab.close();
    }

    private Client publisher(String videoCodec) {
        return Client.publisher(lab, "s", videoCodec, new DtlsTestClient());
    }

    private static void awaitVideo(Client publisher, Client player, int type, byte[] payload) {
        for (int i = 0; i < 500 && player.rtp(type).isEmpty(); i++) {
            byte[] packet = Packets.rtp(Packets.VIDEO_TYPE, i, i * 3_000L, Packets.VIDEO_SSRC, payload);
            packet[1] |= (byte) 0x80;
            publisher.sendRtp(packet);
            player.pump(20);
        }
        assertFalse(player.rtp(type).isEmpty());
    }

    @Test
    void shouldOfferAnotherCodecInTheSameSectionAndLetSoundGoOn() throws Exception {
        AtomicInteger changes = new AtomicInteger();
        try (Client first = publisher(Offers.VP8).connect();
                Client player = Client.offered(lab, "s")) {
            player.session.onTracksChanged(changes::incrementAndGet);
            player.connect();
            first.sendRtp(Packets.opus(1));
            player.awaitRtp(Packets.AUDIO_TYPE, 1);
            assertEquals(0, changes.get());
            assertNull(player.session.offerAgain());
            String before = player.session.localDescription();
            try (Client second = publisher(Offers.H264).connect()) {
                Eventually.until("told", () -> changes.get() > 0);
                String offer = player.session.offerAgain();
                assertNull(player.session.offerAgain(), "an answer is due");
                assertTrue(offer.contains("a=rtpmap:102 H264/90000"), offer);
                assertEquals(section(before, "m=audio"), section(offer, "m=audio"));
                assertEquals(line(before, "a=mid", "m=video"), line(offer, "a=mid", "m=video"));
                assertEquals(line(before, "a=ice-ufrag", "m="), line(offer, "a=ice-ufrag", "m="));
                player.answer(offer);
                awaitVideo(second, player, H264_TYPE, SPS);
                second.sendRtp(Packets.opus(7));
                player.awaitRtp(Packets.AUDIO_TYPE, 2);
                assertFalse(player.isEnded());
                assertEquals(1, changes.get());
            }
        }
    }

    @Test
    void shouldOfferAPictureToAPlayerThatHadSoundOnly() throws Exception {
        AtomicInteger changes = new AtomicInteger();
        DtlsTestClient dtls = new DtlsTestClient();
        String sound = Offers.publishSound(dtls.fingerprint().toString());
        try (Client first = Client.publisherWith(lab, "s", sound, dtls).connect();
                Client player = Client.offered(lab, "s")) {
            player.connect();
            first.sendRtp(Packets.opus(1));
            player.awaitRtp(Packets.AUDIO_TYPE, 1);
            try (Client second = publisher(Offers.VP8).connect()) {
                player.session.onTracksChanged(changes::incrementAndGet);
                Eventually.until("told, though it asked late", () -> changes.get() > 0);
                String offer = player.session.offerAgain();
                assertTrue(offer.indexOf("m=audio") < offer.indexOf("m=video"), "sections keep their place");
                player.answer(offer);
                byte[] key = Packets.vp8KeyFrame(1);
                awaitVideo(second, player, 96, Arrays.copyOfRange(key, 12, key.length));
            }
        }
    }

    @Test
    void shouldEndAPlayerThatOfferedItselfWhenItCannotPlayOn() {
        AtomicInteger changes = new AtomicInteger();
        try (Client first = publisher(Offers.VP8).connect();
                Client player = Client.player(lab, "s").connect()) {
            player.session.onTracksChanged(changes::incrementAndGet);
            first.sendRtp(Packets.opus(1));
            try (Client second = publisher(Offers.VP9).connect()) {
                assertEquals(SessionEnd.CODECS_CHANGED, player.awaitEnd());
                assertEquals(1, changes.get());
                assertFalse(second.isEnded());
            }
        }
    }

    @Test
    void shouldTellNobodyWhenAPublisherComesBackWithTheSameTracks() {
        AtomicInteger changes = new AtomicInteger();
        try (Client first = publisher(Offers.VP8).connect();
                Client player = Client.offered(lab, "s")) {
            player.session.onTracksChanged(changes::incrementAndGet);
            player.connect();
            byte[] key = Packets.vp8KeyFrame(1);
            byte[] payload = Arrays.copyOfRange(key, 12, key.length);
            awaitVideo(first, player, 96, payload);
            first.session.close();
            first.awaitEnd();
            lab.advance(Duration.ofSeconds(2));
            int before = player.rtp(96).size();
            try (Client again = publisher(Offers.VP8).connect()) {
                for (int i = 0; i < 500 && player.rtp(96).size() == before; i++) {
                    again.sendRtp(Packets.rtp(Packets.VIDEO_TYPE, i, i * 3_000L, Packets.VIDEO_SSRC, payload));
                    player.pump(20);
                }
                byte[] last = player.rtp(96).get(before - 1);
                byte[] next = player.rtp(96).get(before);
                assertEquals(Packets.sequence(last) + 1 & 0xffff, Packets.sequence(next));
                assertEquals(0, changes.get());
                assertFalse(player.isEnded());
            }
        }
    }

    private static String section(String sdp, String start) {
        int at = sdp.indexOf(start);
        int end = sdp.indexOf("\nm=", at + 1);
        return end < 0 ? sdp.substring(at) : sdp.substring(at, end);
    }

    private static String line(String sdp, String attribute, String after) {
        int at = sdp.indexOf(attribute, sdp.indexOf(after));
        return sdp.substring(at, sdp.indexOf('\r', at));
    }
}
