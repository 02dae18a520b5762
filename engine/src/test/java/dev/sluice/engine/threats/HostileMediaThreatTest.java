package dev.sluice.engine.threats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.EngineLab;
import dev.sluice.engine.dtls.DtlsTestClient;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows 20 and 21: a publisher with all keys sends what no encoder would; whoever watches gets whole packets or nothing. */
class HostileMediaThreatTest {
    private static final int MAX_PLAIN_BYTES = 1_400;

    private EngineLab lab;
    private Client publisher;
    private Client player;
    private int sound;

    @BeforeEach
    void start() {
        lab = EngineLab.start();
    }

    private void connect(String videoCodec) {
        publisher = Client.publisher(lab, "s", videoCodec, new DtlsTestClient()).connect();
        player = Client.player(lab, "s", videoCodec, EngineLab.LOOPBACK).connect();
    }

    @AfterEach
    void stop() {
        lab.close();
        if (player != null) {
            publisher.close();
            player.close();
        }
    }

    /** Sound still comes through, in order, and neither side was closed: no exception came up. */
    private void assertPlaying() {
        sound++;
        publisher.sendRtp(Packets.opus(30_000 + sound, sound));
        long deadlineNs = System.nanoTime() + 20_000_000_000L;
        while (player.rtp(Packets.AUDIO_TYPE).stream().noneMatch(packet -> Packets.number(packet) == sound)) {
            assertTrue(
                    System.nanoTime() < deadlineNs,
                    () -> "no sound any more, " + lab.engine().counters());
            player.pump(50);
        }
        assertFalse(publisher.isEnded());
        assertFalse(player.isEnded());
        assertEquals(0, lab.counter("peers_ended"));
    }

    /** Everything the player got is RTP whose parts fit into it. */
    private void assertWhole() {
        for (byte[] packet : player.rtp) {
            ByteBuffer in = ByteBuffer.wrap(packet);
            assertEquals(2, in.get(0) >> 6 & 3);
            assertEquals(0, in.get(0) & 0xf, "no CSRC is forwarded");
            int header = 12;
            if ((in.get(0) & 0x10) != 0) {
                header += 4 + 4 * (in.getShort(14) & 0xffff);
            }
            int padding = (in.get(0) & 0x20) == 0 ? 0 : packet[packet.length - 1] & 0xff;
            assertTrue(header + padding <= packet.length, () -> "parts do not fit: " + in);
            assertTrue(Packets.payloadType(packet) == 111 || Packets.payloadType(packet) == 96);
        }
    }

    @Test
    void shouldForwardNothingWhosePaddingExtensionOrCsrcsOverrun() {
        connect(Offers.VP8);
        List<byte[]> hostile = new ArrayList<>();
        for (int first = 0x80; first < 0xc0; first++) {
            for (int lengthBytes = 12; lengthBytes < 76; lengthBytes += 3) {
                for (int fill : new int[] {0x00, 0x10, 0x1f, 0xbe, 0xff}) {
                    hostile.add(headed(first, hostile.size(), lengthBytes, fill));
                }
            }
        }
        Barrage.send(lab, publisher.udp, hostile.size(), i -> sealed(hostile.get(i)));
        assertTrue(lab.drops("rtp_malformed") > 0, "padding is seen after decryption only");
        assertTrue(lab.drops("srtp_malformed") > 0, "CSRCs and extensions before");
        assertPlaying();
        assertWhole();
    }

    /** Sound of that length whose bytes behind the fixed header are all the same; the extension profile fits now and then. */
    private static byte[] headed(int first, int sequence, int lengthBytes, int fill) {
        ByteBuffer packet = ByteBuffer.wrap(Packets.rtp(
                Packets.AUDIO_TYPE, sequence % 20_000, sequence, Packets.AUDIO_SSRC, new byte[lengthBytes - 12]));
        packet.put(0, (byte) first);
        for (int i = 12; i < lengthBytes; i++) {
            packet.put(i, (byte) fill);
        }
        int extension = 12 + 4 * (first & 0xf);
        if ((first & 0x10) != 0 && extension + 4 <= lengthBytes && fill % 2 == 0) {
            packet.putShort(extension, (short) (fill == 0 ? 0x1000 : 0xbede));
            packet.putShort(extension + 2, (short) ((lengthBytes - extension - 4) / 4));
        }
        return packet.array();
    }

    /** What SRTP itself cannot protect goes as it is: its lengths are looked at before its tag. */
    private byte[] sealed(byte[] packet) {
        byte[] sealed = publisher.tryProtectRtp(packet);
        return sealed != null ? sealed : packet;
    }

    @ParameterizedTest
    @CsvSource({"VP8, 1", "VP9, 2", "AV1, 3", "H264, 4", "H265, 5"})
    void shouldSurviveAnyPayloadOfTheCodec(String codec, long seed) {
        connect(
                switch (codec) {
                    case "VP8" -> Offers.VP8;
                    case "VP9" -> Offers.VP9;
                    case "AV1" -> Offers.AV1;
                    case "H264" -> Offers.H264;
                    default -> Offers.H265;
                });
        SplittableRandom random = new SplittableRandom(seed);
        // Heads that start a key frame in one codec or another, so that what follows reaches the player.
        byte[][] heads = {
            {(byte) 0x90, (byte) 0xf0, (byte) 0x80, 1, 1, 0x21, 0x10, 0, 0, (byte) 0x9d, 1, 0x2a, 1, 1, 1, 1},
            {(byte) 0x8f, (byte) 0x80, 1, 0, 1, (byte) 0xff, 7, (byte) 0x83, 0x49, (byte) 0x83, 0x42},
            {0x18, 0x0a, 0x0b, 0, 0, 0, 0x24},
            {0x67, 0x42, (byte) 0xc0, 0x1f, (byte) 0x8c},
            {0x78, 0, 5, 0x67, 0x42, (byte) 0xc0, 0x1f, 0, (byte) 0xff, (byte) 0xff},
            {0x42, 1, 1, 4, 8},
            {0x60, 1, (byte) 0xff, (byte) 0xff, 0x42, 1},
            {}
        };
        Barrage.send(lab, publisher.udp, 8_000, i -> {
            byte[] head = heads[random.nextInt(heads.length)];
            byte[] payload = new byte[Math.max(head.length, random.nextInt(1, 4)) * random.nextInt(1, 6)];
            random.nextBytes(payload);
            System.arraycopy(head, 0, payload, 0, head.length - random.nextInt(head.length + 1));
            return publisher.protectRtp(packet(random, i, payload));
        });
        assertPlaying();
        assertWhole();
        assertTrue(player.rtp(Packets.VIDEO_TYPE).size() > 0, "some of it was a key frame by its head");
    }

    /** Video, a part of it with header extensions of any content: dependency descriptor, transport-cc numbers, mid. */
    private static byte[] packet(SplittableRandom random, int sequence, byte[] payload) {
        byte[] plain = Packets.rtp(Packets.VIDEO_TYPE, sequence, random.nextInt(), Packets.VIDEO_SSRC, payload);
        if (random.nextBoolean()) {
            return plain;
        }
        int words = random.nextInt(1, 5);
        byte[] extension = new byte[4 + 4 * words];
        random.nextBytes(extension);
        boolean oneByte = random.nextBoolean();
        ByteBuffer head = ByteBuffer.wrap(extension)
                .putShort((short) (oneByte ? 0xbede : 0x1000))
                .putShort((short) words);
        int id = new int[] {1, 2, 3, 4, 8, 15}[random.nextInt(6)];
        int length = random.nextInt(4 * words);
        head.put((byte) (oneByte ? id << 4 | Math.max(0, length - 1) & 0xf : id));
        head.put(oneByte ? (byte) random.nextInt() : (byte) length);
        byte[] packet = ByteBuffer.allocate(plain.length + extension.length)
                .put(plain, 0, 12)
                .put(extension)
                .put(payload)
                .array();
        packet[0] |= 0x10;
        return packet;
    }

    @Test
    void shouldTakeThePacketSizesThatAreAllowedAndDropWhatDoesNotFit() {
        connect(Offers.VP8);
        publisher.sendRtp(Packets.vp8KeyFrame(1));
        player.awaitRtp(Packets.VIDEO_TYPE, 1);
        int[] sizes = {1, MAX_PLAIN_BYTES, 1_460, 1_472, 1_500, 1_990, 2_000};
        for (int i = 0; i < sizes.length; i++) {
            byte[] packet = Packets.rtp(Packets.VIDEO_TYPE, 2 + i, 9, Packets.VIDEO_SSRC, new byte[sizes[i]]);
            Barrage.send(lab, publisher.udp, 1, n -> publisher.protectRtp(packet));
        }
        // Longer than a receive slot: what is cut off is not authentic any more.
        Barrage.send(lab, publisher.udp, 1, n -> new byte[60_000]);
        assertPlaying();
        player.awaitRtp(Packets.VIDEO_TYPE, 3);
        // What has no marker waits up to 5 ms for one.
        Eventually.until("too large ones are dropped", () -> lab.drops("rtp_too_large") > 0);
        assertWhole();
    }

    @Test
    void shouldSurviveAnyRtcpFromBothSides() {
        connect(Offers.VP8);
        publisher.sendRtp(Packets.vp8KeyFrame(1));
        player.awaitRtp(Packets.VIDEO_TYPE, 1);
        SplittableRandom random = new SplittableRandom(19);
        int ssrc = ByteBuffer.wrap(player.rtp(Packets.VIDEO_TYPE).getFirst()).getInt(8);
        for (Client client : List.of(publisher, player)) {
            Barrage.send(lab, client.udp, 5_000, i -> client.protectRtcp(rtcp(random, ssrc)));
        }
        assertTrue(lab.drops("rtcp_malformed") > 0);
        assertPlaying();
    }

    /** One to four packets of any type and count, with lengths that fit, nearly fit, or do not. */
    private static byte[] rtcp(SplittableRandom random, int ssrc) {
        ByteBuffer out = ByteBuffer.allocate(400);
        for (int n = random.nextInt(1, 5); n > 0; n--) {
            int words = random.nextInt(1, 20);
            byte[] body = new byte[4 * words];
            random.nextBytes(body);
            int start = out.position();
            out.put((byte) (0x80 | random.nextInt(random.nextBoolean() ? 32 : 64)))
                    .put((byte) random.nextInt(198, 208))
                    .putShort((short) (random.nextInt(20) == 0 ? random.nextInt(65_536) : words))
                    .put(body);
            if (words > 2) {
                // Real ones, so that the entries concern somebody; and the name of REMB.
                out.putInt(start + 8, ssrc);
                if (random.nextBoolean()) {
                    out.putInt(start + 4 * words, ssrc);
                } else if (words > 4) {
                    out.putInt(start + 12, 0x52454d42);
                }
            }
        }
        // The first sender: SRTP counts by it, and knows only so many.
        out.putInt(4, random.nextBoolean() ? Packets.AUDIO_SSRC : Packets.VIDEO_SSRC);
        byte[] packet = new byte[out.position()];
        out.flip().get(packet);
        return packet;
    }
}
