package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.benchmarks.StunRequest;
import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import dev.sluice.natives.srtp.SrtpProviders;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What leaves the rig's port is what the players' keys open, whole and in order. */
class LoopRigTest {
    private static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;
    private static final int PLAYERS = 3;
    private static final byte[] FRAME = {0x10, 0, 0, (byte) 0x9d, 0x01, 0x2a, (byte) 0x80, 2, 0x68, 1, 7, 8};
    private static final SrtpProvider JDK = SrtpProviders.available().getLast();

    private final List<SrtpContext> openers = new ArrayList<>();
    private final int[] received = new int[PLAYERS];
    private final int[] lastSequence = new int[PLAYERS];
    private final MemorySegment scratch = Arena.ofAuto().allocate(2_048, 8);

    private static byte[] packet(boolean keyFrame) {
        byte[] packet = ByteBuffer.allocate(13 + FRAME.length)
                .put((byte) 0x80)
                .put((byte) 96)
                .position(8)
                .putInt(0x5eed)
                .put((byte) 0x10)
                .put(FRAME)
                .array();
        packet[13] |= (byte) (keyFrame ? 0 : 1);
        return packet;
    }

    private LoopRig open() {
        for (int i = 0; i < PLAYERS; i++) {
            SrtpKeys keys = TestKeys.of(PROFILE, i + 1);
            openers.add(JDK.open(PROFILE, keys.localKey(), keys.localSalt(), false));
        }
        LoopRig rig = new LoopRig(
                JDK,
                PROFILE,
                PLAYERS,
                StunRequest::nominate,
                HeaderExtensions.NONE,
                List.of(packet(true), packet(false)));
        rig.receiver(this::open);
        return rig;
    }

    @Test
    void shouldSendEachPlayerItsOwnContinuousStream() {
        LoopRig rig = open();
        for (int i = 0; i < 5; i++) {
            rig.seal();
            rig.forward(16);
        }
        assertAllGot(5 * LoopRig.BATCH, rig);
    }

    /** The logs are the queue: nothing is dropped, nothing comes twice or out of order. */
    @Test
    void shouldLoseNothingWhileTheSocketIsFullForAWhile() {
        LoopRig rig = open();
        int sent = 0;
        for (int room : new int[] {100, 0, 7, Integer.MAX_VALUE, 1, Integer.MAX_VALUE}) {
            rig.room(room);
            rig.seal();
            rig.forward(16);
            sent += LoopRig.BATCH;
            int got = IntStream.of(received).sum();
            assertTrue(room == Integer.MAX_VALUE || got < PLAYERS * sent, "it was full");
        }
        assertAllGot(sent, rig);
    }

    private void assertAllGot(int packets, LoopRig rig) {
        for (int count : received) {
            assertEquals(packets, count);
        }
        rig.requireAllForwarded();
        rig.close();
        openers.forEach(SrtpContext::close);
    }

    private void open(EgressBatch batch, int end) {
        for (int i = batch.head(); i < end; i++) {
            int player = batch.destination(i).port() - 40_001;
            int second = Bytes.u8(batch.segment(), batch.offset(i) + 1);
            if (player < 0 || second >= 192 && second < 224) {
                continue;
            }
            MemorySegment.copy(batch.segment(), batch.offset(i), scratch, 0, batch.length(i));
            int length = openers.get(player).unprotectRtp(scratch, 0, batch.length(i));
            assertTrue(length > 0, () -> "player " + player + " cannot open it");
            assertEquals(LoopRig.playerSsrc(player), Bytes.u32(scratch, 8));
            int sequence = Bytes.u16(scratch, 2);
            if (received[player]++ > 0) {
                assertEquals(lastSequence[player] + 1, sequence);
            }
            lastSequence[player] = sequence;
            assertArrayEquals(
                    Arrays.copyOfRange(packet(false), 12, 13 + FRAME.length),
                    scratch.asSlice(12, length - 12).toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
