package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.SessionRefusedException;
import dev.sluice.engine.SessionRefusedException.Refusal;
import dev.sluice.engine.dtls.DtlsTestClient;
import dev.sluice.natives.srtp.SrtpProfile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows 14 to 18: SRTP that is forged, replayed or of too many sources, from a publisher's own address, a player watching. */
class SrtpThreatTest {
    private static final int BAD_PACKETS = 100_000;

    private EngineLab lab;
    private Client publisher;
    private Client player;

    @BeforeEach
    void start() {
        lab = EngineLab.start();
    }

    private void connect(SrtpProfile profile) {
        publisher = Client.publisher(lab, "s", Offers.VP8, new DtlsTestClient().profiles(profile))
                .connect();
        player = Client.player(lab, "s").connect();
    }

    @AfterEach
    void stop() {
        lab.close();
        if (publisher != null) {
            publisher.close();
        }
        if (player != null) {
            player.close();
        }
    }

    private void assertPlaying(int nextNumber) {
        int before = player.rtp(Packets.AUDIO_TYPE).size();
        publisher.sendRtp(Packets.opus(nextNumber));
        player.awaitRtp(Packets.AUDIO_TYPE, before + 1);
        assertEquals(nextNumber, Packets.number(player.rtp(Packets.AUDIO_TYPE).getLast()));
        assertFalse(publisher.isEnded());
        assertFalse(player.isEnded());
    }

    /** The whole million runs in {@code PeerLifecycleTest}, without the kernel; the profile with the cheaper failure here. */
    @Test
    void shouldKeepTheSessionThroughAHundredThousandBadPackets() {
        connect(SrtpProfile.AEAD_AES_128_GCM);
        byte[] good = publisher.protectRtp(Packets.opus(1));
        SplittableRandom random = new SplittableRandom(15);
        Barrage.send(lab, publisher.udp, BAD_PACKETS, i -> {
            byte[] bad = good.clone();
            // Another sequence number, SSRC, payload or tag: all of it is authenticated.
            bad[2 + random.nextInt(bad.length - 2)] ^= (byte) random.nextInt(1, 256);
            return bad;
        });
        assertTrue(lab.drops("srtp_authentication") + lab.drops("srtp_too_old") + lab.drops("srtp_malformed")
                >= BAD_PACKETS - 100);
        publisher.udp.send(good);
        player.awaitRtp(Packets.AUDIO_TYPE, 1);
        assertPlaying(2);
        assertEquals(2, player.rtp.size());
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void shouldParseNothingOfAPacketThatIsNotAuthentic(SrtpProfile profile) {
        connect(profile);
        List<byte[]> plain = List.of(
                Packets.vp8KeyFrame(1),
                Packets.opus(1),
                // Broken RTP inside: an SSRC and a payload type of nobody, padding of 255 bytes in a packet of 14.
                Packets.rtp(0xff, 3, 0, 77, new byte[1]),
                new byte[] {(byte) 0xa0, 111, 0, 4, 0, 0, 0, 4, 0, 0, 4, 87, (byte) 0xff, (byte) 0xff});
        List<byte[]> forged = new ArrayList<>();
        for (byte[] packet : plain) {
            byte[] sealed = publisher.protectRtp(packet);
            sealed[sealed.length - 1] ^= 1;
            forged.add(sealed);
        }
        for (byte[] packet : List.of(Packets.bye(Packets.AUDIO_SSRC), Packets.pli(1, 2))) {
            byte[] sealed = publisher.protectRtcp(packet);
            sealed[9] ^= 1;
            forged.add(sealed);
            // Without encryption, as RTCP may be by RFC 3711: the E flag cleared.
            byte[] open = publisher.protectRtcp(packet);
            open[profile.name().startsWith("AEAD") ? open.length - 4 : open.length - 14] &= 0x7f;
            forged.add(open);
        }
        Barrage.send(lab, publisher.udp, 40 * forged.size(), i -> forged.get(i % forged.size()));

        assertEquals(40L * forged.size(), lab.drops("srtp_authentication") + lab.drops("srtp_malformed"));
        assertEquals(0, lab.drops("rtp_malformed") + lab.drops("rtcp_malformed") + lab.drops("rtp_unknown_ssrc"));
        assertEquals(0, lab.counter("rtp_forwarded"));
        assertPlaying(2);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void shouldTakeEachPacketOnceAcrossALossyWrapOfTheSequence(SrtpProfile profile) {
        connect(profile);
        List<byte[]> sent = new ArrayList<>();
        int number = 0;
        for (int index = 65_400; index < 65_700; index++) {
            number++;
            byte[] sealed = publisher.protectRtp(Packets.opus(index & 0xffff, number));
            // The wrap itself is lost, and what stands around it; then every seventh.
            if ((index < 65_530 || index > 65_542) && index % 7 != 0) {
                sent.add(sealed);
            }
        }
        Barrage.send(lab, publisher.udp, sent.size(), sent::get);
        player.awaitRtp(Packets.AUDIO_TYPE, sent.size());
        // All once more, from both sides of the wrap.
        Barrage.send(lab, publisher.udp, sent.size(), sent::get);
        assertEquals(sent.size(), lab.drops("srtp_replayed") + lab.drops("srtp_too_old"));
        assertPlaying(number + 1_000);

        List<byte[]> received = player.rtp(Packets.AUDIO_TYPE);
        assertEquals(sent.size() + 1, received.size());
        int shift = Packets.sequence(received.getFirst()) - Packets.number(received.getFirst());
        for (byte[] packet : received.subList(0, sent.size())) {
            assertEquals(Packets.number(packet) + shift & 0xffff, Packets.sequence(packet), "gaps stay gaps");
        }
    }

    @Test
    void shouldDropReplayedRtcpToo() {
        connect(SrtpProfile.AEAD_AES_128_GCM);
        publisher.sendRtp(Packets.vp8KeyFrame(1));
        player.awaitRtp(Packets.VIDEO_TYPE, 1);
        int ssrc = ByteBuffer.wrap(player.rtp(Packets.VIDEO_TYPE).getFirst()).getInt(8);
        long before = lab.counter("key_frame_requests_received");
        byte[] request = player.protectRtcp(Packets.pli(5, ssrc));
        Barrage.send(lab, player.udp, 500, i -> request);
        assertEquals(before + 1, lab.counter("key_frame_requests_received"));
        assertEquals(499, lab.drops("srtp_replayed"));
        assertPlaying(1);
    }

    @Test
    void shouldBoundWhatAFloodOfSsrcsCosts() {
        connect(SrtpProfile.AEAD_AES_128_GCM);
        assertPlaying(1);
        // The publisher's own context knows 32 SSRCs only: more come from one that has the keys and no bound.
        Barrage.send(
                lab,
                publisher.udp,
                30,
                i -> publisher.protectRtp(Packets.rtp(Packets.AUDIO_TYPE, 5, 0, 10_000 + i, (byte) 1)));
        assertEquals(30, lab.drops("rtp_unknown_ssrc"));
        byte[] template = publisher.protectRtp(Packets.opus(2));
        Barrage.send(lab, publisher.udp, 20_000, i -> {
            byte[] other = template.clone();
            other[8] = (byte) (i >> 24 | 1);
            other[9] = (byte) (i >> 16);
            other[10] = (byte) (i >> 8);
            other[11] = (byte) i;
            return other;
        });
        assertTrue(lab.drops("srtp_too_many_ssrcs") + lab.drops("srtp_authentication") >= 20_000);
        assertPlaying(3);
        assertEquals(2, player.rtp(Packets.AUDIO_TYPE).size());
    }

    @Test
    void shouldNotLetOneTrackSpeakWithTheOthersSsrc() {
        connect(SrtpProfile.AEAD_AES_128_GCM);
        assertPlaying(1);
        publisher.sendRtp(Packets.vp8KeyFrame(1));
        player.awaitRtp(Packets.VIDEO_TYPE, 1);
        Barrage.send(
                lab,
                publisher.udp,
                1,
                i -> publisher.protectRtp(
                        Packets.rtp(Packets.VIDEO_TYPE, 2, 0, Packets.AUDIO_SSRC, (byte) 0x10, (byte) 0)));
        Barrage.send(
                lab,
                publisher.udp,
                1,
                i -> publisher.protectRtp(Packets.rtp(Packets.AUDIO_TYPE, 2, 0, Packets.VIDEO_SSRC, (byte) 0xfc)));
        assertEquals(2, lab.drops("rtp_unknown_payload_type"));
        // A third SSRC cannot take a track that is speaking, by MID or by payload type.
        Barrage.send(
                lab,
                publisher.udp,
                1,
                i -> publisher.protectRtp(Packets.rtp(Packets.VIDEO_TYPE, 2, 0, 9_999, (byte) 0x10, (byte) 0)));
        assertEquals(1, lab.drops("rtp_unknown_ssrc"));
        assertPlaying(3);
        assertEquals(2, player.rtp(Packets.AUDIO_TYPE).size());
        assertEquals(1, player.rtp(Packets.VIDEO_TYPE).size());
    }

    @Test
    void shouldRefuseAnOfferWithOneSsrcInTwoSections() {
        String offer = Offers.publish(new DtlsTestClient().fingerprint().toString(), Offers.VP8)
                .replace("ssrc:" + Packets.VIDEO_SSRC, "ssrc:" + Packets.AUDIO_SSRC);
        SessionRefusedException refusal =
                assertThrows(SessionRefusedException.class, () -> lab.engine().publish("s", offer, EngineLab.LOOPBACK));
        assertEquals(Refusal.BAD_SDP, refusal.refusal());
        assertTrue(refusal.getMessage().contains("SSRC"), refusal.getMessage());
        assertEquals(EngineLab.Tables.EMPTY, lab.tables());
    }
}
