package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtcp.RtcpWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What players lose on their ways and ask for again, in virtual time and from a seed. */
class PlayerRepairTest {
    private static final long VIDEO = 5_002;
    private static final long RTX = 5_003;

    private final Network network = new Network();
    private RemotePeer publisher;
    private RemotePeer player;
    private int sent;

    @BeforeEach
    void connect() {
        publisher = network.publisher();
    }

    private void play() {
        player = network.player();
        network.cycle();
    }

    private void send(int packets) {
        for (int i = 0; i < packets; i++, sent++) {
            byte[] packet = Network.vp8(sent & 0xffff, sent * 3_000L, sent & 0x7fff, sent == 0);
            assertEquals(0, publisher.sendRtp(packet, network.nowNs));
            network.pass(10);
        }
    }

    private void nack(long ssrc, long... sequences) {
        byte[] packet = new byte[12 + 4 * sequences.length];
        int length = RtcpWriter.writeNack(MemorySegment.ofArray(packet), 0, 1, ssrc, sequences, sequences.length);
        assertEquals(0, player.sendRtcp(Arrays.copyOf(packet, length), network.nowNs));
        network.cycle();
    }

    /** The original of a retransmission: its own header but for the payload type, number and SSRC. */
    private static byte[] original(RemotePeer.Received rtx) {
        byte[] bytes = rtx.bytes();
        byte[] original = new byte[bytes.length - 2];
        System.arraycopy(bytes, 0, original, 0, 12);
        System.arraycopy(bytes, 14, original, 12, bytes.length - 14);
        original[1] = (byte) (bytes[1] & 0x80 | 96);
        original[2] = bytes[12];
        original[3] = bytes[13];
        Bytes.put32(MemorySegment.ofArray(original), 8, VIDEO);
        return original;
    }

    @Test
    void shouldSendWhatWasLostAgainAsRetransmissionsOfTheirOwn() {
        play();
        send(50);
        List<RemotePeer.Received> video = Network.of(player, 96);
        int first = video.getFirst().sequence();
        nack(VIDEO, first + 3, first + 4, first + 30);
        List<RemotePeer.Received> rtx = Network.of(player, Network.RTX_TYPE);
        assertEquals(3, rtx.size());
        int[] lost = {3, 4, 30};
        for (int i = 0; i < 3; i++) {
            assertEquals(RTX, rtx.get(i).ssrc());
            assertEquals(rtx.getFirst().sequence() + i & 0xffff, rtx.get(i).sequence());
            assertArrayEquals(video.get(lost[i]).bytes(), original(rtx.get(i)));
        }
        assertTrue(rtx.getFirst().sequence() < 1 << 15);
        assertEquals(3, network.sink.counters().get(Counter.RTP_RESENT));
        send(1);
        assertEquals(51, Network.of(player, 96).size(), "and the stream goes on as if nothing had been");
    }

    /** The answer may be lost like the packet, and a browser asks again only after 100 ms. */
    @Test
    void shouldAnswerASecondTimeWhenTheWayLosesPackets() {
        play();
        send(50);
        reportLoss(13);
        int first = Network.of(player, 96).getFirst().sequence();
        nack(VIDEO, first + 3, first + 4);
        assertEquals(2, Network.of(player, Network.RTX_TYPE).size(), "not in the same breath: losses come in a row");
        send(3);
        List<RemotePeer.Received> rtx = Network.of(player, Network.RTX_TYPE);
        assertEquals(4, rtx.size(), "and no third time");
        assertArrayEquals(original(rtx.get(0)), original(rtx.get(2)));
        assertArrayEquals(original(rtx.get(1)), original(rtx.get(3)));
        assertEquals(rtx.get(2).sequence() + 1 & 0xffff, rtx.get(3).sequence());
    }

    /** Another track's answers may be due while nothing was ever asked for of this one. */
    @Test
    void shouldOweNothingWhenNothingWasAskedFor() {
        Resender resender = new Resender(null, null, null, 0);
        assertFalse(resender.sendTwins(null, null, network.nowNs, network.sink));
    }

    /** @param fractionLost in 1/256 (RFC 3550 section 6.4.1) */
    private void reportLoss(int fractionLost) {
        byte[] report = new byte[64];
        int headBytes = RtcpWriter.writeReceiverReport(MemorySegment.ofArray(report), 0, 7, 1);
        Bytes.put32(MemorySegment.ofArray(report), headBytes, VIDEO);
        report[headBytes + 4] = (byte) fractionLost;
        assertEquals(0, player.sendRtcp(Arrays.copyOf(report, headBytes + 24), network.nowNs));
    }

    @Test
    void shouldRepeatTheVeryPacketsWhereThePlayerKnowsNoRetransmission() {
        network.playerRtxType = -1;
        play();
        send(10);
        RemotePeer.Received first = Network.of(player, 96).getFirst();
        // What left before the first question was not kept.
        nack(VIDEO, first.sequence() + 5);
        assertEquals(10, Network.of(player, 96).size());
        player.losing = 2;
        send(12);
        assertEquals(20, Network.of(player, 96).size());
        nack(VIDEO, first.sequence() + 10, first.sequence() + 11);
        List<RemotePeer.Received> received = Network.of(player, 96);
        assertEquals(22, received.size());
        assertEquals(first.sequence() + 10, received.get(20).sequence());
        assertEquals(first.sequence() + 11, received.get(21).sequence());
        assertEquals(
                first.timestamp() + 11 * 3_000L & 0xffff_ffffL, received.get(21).timestamp());
    }

    @Test
    void shouldKnowNothingOfForeignStreamsOldPacketsAndNumbersNeverSent() {
        play();
        send(20);
        int first = Network.of(player, 96).getFirst().sequence();
        nack(5_001, first);
        nack(999, first);
        assertTrue(network.sink.drops.isEmpty(), "not about this stream at all");
        nack(VIDEO, first - 1, first + 20, first + 30_000);
        assertEquals(3, network.sink.drops.get(DropReason.RESEND_UNKNOWN));
        network.pass(1_100, publisher, player);
        nack(VIDEO, first + 19);
        assertEquals(4, network.sink.drops.get(DropReason.RESEND_UNKNOWN), "a second later nobody waits for it");
        assertTrue(Network.of(player, Network.RTX_TYPE).isEmpty());
    }

    @Test
    void shouldSendNothingOfTheSourceBefore() {
        play();
        send(5);
        int last = Network.of(player, 96).getLast().sequence();
        RemotePeer second = network.publisher();
        network.pass(10);
        second.sendRtp(Network.vp8(40_000, 0, 7, true), network.nowNs);
        network.pass(10);
        nack(VIDEO, last);
        assertEquals(1, network.sink.drops.get(DropReason.RESEND_UNKNOWN));
        nack(VIDEO, last + 1);
        assertEquals(1, Network.of(player, Network.RTX_TYPE).size());
    }

    /** Threat 19: who asks for everything, for ever, gets the budget and no more, and nobody else suffers. */
    @Test
    void shouldKeepToTheBudgetWhateverIsAskedFor() {
        play();
        RemotePeer other = network.player();
        network.cycle();
        byte[] payload = new byte[1_000];
        payload[0] = 0x10;
        System.arraycopy(Network.vp8(0, 0, 0, true), 16, payload, 1, 12);
        long[] all = new long[200];
        long startNs = network.nowNs;
        for (int i = 0; i < 1_000; i++) {
            network.nowNs += 5_000_000;
            publisher.sendRtp(Network.rtp(96, i, i * 450L, Network.VIDEO_SSRC, true, payload), network.nowNs);
            network.cycle();
            int newest = Network.of(player, 96).getLast().sequence();
            for (int j = 0; j < all.length; j++) {
                all[j] = newest - all.length + 1 + j;
            }
            nack(VIDEO, all);
            if (i % 100 == 0) {
                publisher.check(network.nowNs);
                player.check(network.nowNs);
                other.check(network.nowNs);
            }
        }
        double seconds = (network.nowNs - startNs) / 1e9;
        long resentBytes = Network.of(player, Network.RTX_TYPE).stream()
                .mapToLong(packet -> packet.bytes().length)
                .sum();
        // 200 packets of 1,012 bytes a second: half of it, and a burst.
        assertTrue(resentBytes < 1.1 * (0.5 * 202_400 * seconds + ResendBudget.LEAST_BURST_BYTES), "" + resentBytes);
        assertTrue(resentBytes > 0.4 * 202_400 * seconds, "and it may use the budget: " + resentBytes);
        assertTrue(network.sink.drops.get(DropReason.RESEND_OVER_BUDGET) > 100);
        assertEquals(1_000, Network.of(player, 96).size());
        assertEquals(1_000, Network.of(other, 96).size());
        assertTrue(Network.of(other, Network.RTX_TYPE).isEmpty());
    }

    /** Every key frame is one for all players. */
    @Test
    void shouldNotGiveOnePlayerAKeyFrameForEachWish() {
        play();
        send(1);
        byte[] pli = new byte[12];
        RtcpWriter.writePli(MemorySegment.ofArray(pli), 0, 1, VIDEO);
        long before = network.sink.counters().get(Counter.KEY_FRAME_REQUESTS_SENT);
        long asked = before;
        for (int i = 0; i < 80; i++) {
            assertEquals(0, player.sendRtcp(pli, network.nowNs));
            network.pass(250, publisher, player);
            long now = network.sink.counters().get(Counter.KEY_FRAME_REQUESTS_SENT);
            byte[] frame = Network.vp8(sent & 0xffff, sent * 3_000L, sent & 0x7fff, now > asked);
            assertEquals(0, publisher.sendRtp(frame, network.nowNs));
            sent++;
            asked = now;
            network.pass(250, publisher, player);
        }
        long requests = asked - before;
        assertTrue(requests >= 15 && requests <= 26, "40 s: five, and one each two seconds: " + requests);
        assertTrue(network.sink.drops.get(DropReason.KEY_FRAME_OVER_BUDGET) > 0);
    }

    @Test
    void shouldStopLookingUpGuesses() {
        play();
        send(5);
        long[] all = new long[300];
        int newest = Network.of(player, 96).getLast().sequence();
        for (int i = 0; i < all.length; i++) {
            all[i] = newest + 10 + i * 17L;
        }
        nack(VIDEO, all);
        assertEquals(Resender.MAX_UNKNOWN, network.sink.drops.get(DropReason.RESEND_UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 20261121})
    void shouldLetAPlayerWithLossHaveEverythingInTheEnd(long seed) {
        play();
        Random random = new Random(seed);
        Map<Integer, RemotePeer.Received> here = new HashMap<>();
        Map<Integer, Long> lost = new HashMap<>();
        int read = 0;
        for (int i = 0; i < 3_000; i++) {
            player.losing = random.nextInt(100) < 5 && i > 0 ? 1 : 0;
            network.nowNs += 4_000_000;
            publisher.sendRtp(Network.vp8(sent & 0xffff, sent * 360L, sent & 0x7fff, sent++ == 0), network.nowNs);
            network.cycle();
            for (; read < player.rtp.size(); read++) {
                RemotePeer.Received packet = player.rtp.get(read);
                boolean again = packet.payloadType() == Network.RTX_TYPE;
                int sequence = again ? (packet.bytes()[12] & 0xff) << 8 | packet.bytes()[13] & 0xff : packet.sequence();
                here.put(sequence, packet);
                lost.remove(sequence);
                for (int before = sequence - 1; !again && here.size() > 1 && !here.containsKey(before); before--) {
                    lost.putIfAbsent(before, network.nowNs);
                }
            }
            if (i % 10 == 0 && !lost.isEmpty()) {
                long[] sequences =
                        lost.keySet().stream().mapToLong(n -> n).sorted().toArray();
                player.losing = random.nextInt(100) < 5 ? 1 : 0;
                nack(VIDEO, sequences);
            }
            if (i % 400 == 0) {
                publisher.check(network.nowNs);
                player.check(network.nowNs);
            }
        }
        assertTrue(here.size() >= 2_985, "seed " + seed + ": " + here.size());
        assertTrue(network.sink.drops.isEmpty(), "seed " + seed + ": " + network.sink.drops);
    }

    @Test
    void shouldAskForNoKeyFrameWhileOneIsOnItsWayToThePlayer() {
        play();
        send(1);
        network.pass(600, publisher, player);
        long before = keyFrameRequests();
        sent = 7;
        byte[] key = Network.vp8(sent, sent * 3_000L, sent++, true);
        publisher.sendRtp(key, network.nowNs);
        network.pass(50);
        player.sendPli(VIDEO, network.nowNs);
        network.pass(600, publisher, player);
        assertEquals(before, keyFrameRequests(), "it cannot have known of the new one");
        player.sendPli(VIDEO, network.nowNs);
        network.pass(20);
        assertEquals(before + 1, keyFrameRequests());
    }

    private long keyFrameRequests() {
        return publisher.rtcpKinds.stream()
                .filter(kind -> kind == RtcpReader.PLI)
                .count();
    }
}
